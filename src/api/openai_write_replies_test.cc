#include <gtest/gtest.h>

#include <regex>

#include "api/openai.h"

namespace axllama::openai {
namespace {

const std::chrono::system_clock::time_point kTime(std::chrono::milliseconds(1'700'000'000'999));

TEST(OpenAiReplies, the_type_of_an_error_follows_from_its_status) {
  const auto body = [](const std::string& type) {
    return R"({"error":{"message":"m","type":")" + type + R"(","param":null,"code":null}})";
  };
  EXPECT_EQ(error_body({ErrorCode::kInvalidArgument, "m"}), body("invalid_request_error"));
  EXPECT_EQ(error_body({ErrorCode::kNotFound, "m", "hint"}), body("not_found_error"));
  EXPECT_EQ(error_body({ErrorCode::kBusy, "m"}), body("api_error"));
  EXPECT_EQ(error_body({ErrorCode::kInternal, "m"}), body("api_error"));
}

TEST(OpenAiReplies, a_model_has_name_time_and_owner) {
  const ModelRow row{"a/b:latest", kTime, "a"};
  const std::string text =
      R"({"id":"a/b:latest","object":"model","created":1700000000,"owned_by":"a"})";
  EXPECT_EQ(write_model(row), text);
  EXPECT_EQ(write_models({row, row}), R"({"object":"list","data":[)" + text + "," + text + "]}");
}

TEST(OpenAiReplies, no_models_are_an_empty_list) {
  EXPECT_EQ(write_models({}), R"({"object":"list","data":[]})");
}

TEST(OpenAiReplies, embeddings_are_numbers_or_base64) {
  const EmbedAnswer answer{{{1.0F, -0.5F}, {0.0F, 2.0F}}, 7};
  const auto body = [](const std::string& first, const std::string& second) {
    return R"({"object":"list","data":[{"object":"embedding","embedding":)" + first +
           R"(,"index":0},{"object":"embedding","embedding":)" + second +
           R"(,"index":1}],"model":"M","usage":{"prompt_tokens":7,"total_tokens":7}})";
  };
  EXPECT_EQ(write_embeddings("M", answer, false), body("[1,-0.5]", "[0,2]"));
  EXPECT_EQ(write_embeddings("M", answer, true), body("\"AACAPwAAAL8=\"", "\"AAAAAAAAAEA=\""));
}

TEST(OpenAiReplies, stamps_differ) {
  const Stamp stamp = new_stamp("chatcmpl-");
  EXPECT_TRUE(std::regex_match(stamp.id, std::regex("chatcmpl-[0-9a-f]{24}"))) << stamp.id;
  EXPECT_NE(stamp.id, new_stamp("chatcmpl-").id);
}

}  // namespace
}  // namespace axllama::openai
