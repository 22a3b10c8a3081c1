#include "api/parameters.h"

#include <gtest/gtest.h>

#include "api/json_document.h"

namespace axllama {
namespace {

constexpr Parameter kTable[] = {
    {"model"},
    {"user", Treatment::kIgnored, "there are no accounts"},
    {"echo", Treatment::kRefused, "the prompt is not part of the answer", "false"},
    {"modalities", Treatment::kRefused, "text only", R"(["text"])"},
};

Result<std::string> read(std::string_view text) {
  const auto document = json::Document::parse(text);
  json::Decoder decoder;
  std::string model;
  decoder.object(document->root(), "t.Body", fields_of(decoder, kTable, {{"model", &model}}));
  if (Result<void> done = decoder.result(); !done) return std::unexpected(done.error());
  return model;
}

TEST(Parameters, what_is_honoured_is_read_and_what_is_ignored_passes) {
  EXPECT_EQ(*read(R"({"model":"m","user":{"any":[1]},"unknown":1})"), "m");
}

TEST(Parameters, what_is_refused_is_named_with_its_reason) {
  EXPECT_EQ(read(R"({"echo":true})").error(),
            (Error{ErrorCode::kInvalidArgument,
                   "echo is not supported: the prompt is not part of the answer"}));
  EXPECT_FALSE(read(R"({"modalities":["text","audio"]})"));
}

TEST(Parameters, a_refused_parameter_that_asks_for_nothing_passes) {
  EXPECT_TRUE(read(R"({"echo":false,"modalities":[ "text" ]})"));
  EXPECT_TRUE(read(R"({"echo":null,"modalities":null})"));
}

TEST(Parameters, a_table_that_promises_what_nobody_reads_fails_every_request) {
  constexpr Parameter kPromise[] = {{"model"}, {"n"}};
  std::string model;
  json::Decoder decoder;
  fields_of(decoder, kPromise, {{"model", &model}});
  EXPECT_FALSE(decoder.result());
  json::Decoder other;
  fields_of(other, {}, {{"model", &model}});
  EXPECT_FALSE(other.result());
}

}  // namespace
}  // namespace axllama
