#include "cli/requests.h"

#include <gtest/gtest.h>

namespace axllama::cli {
namespace {

TEST(Requests, generate_sends_only_what_is_set) {
  EXPECT_EQ(generate_body({.model = "m"}, "hi"), R"({"model":"m","prompt":"hi"})");
}

TEST(Requests, generate_with_everything) {
  Ask ask{.model = "m", .format = {Format::Kind::kSchema, R"({"type":"object"})"}};
  ask.think = Think{true, "high"};
  ask.keep_alive = "5m";
  ask.options = {{"temperature", 0.5},
                 {"seed", int64_t{7}},
                 {"use_mmap", false},
                 {"stop", std::vector<std::string>{"a", "b"}}};
  EXPECT_EQ(generate_body(ask, "hi"),
            R"({"model":"m","format":{"type":"object"},"think":"high","keep_alive":"5m",)"
            R"("options":{"temperature":0.5,"seed":7,"use_mmap":false,"stop":["a","b"]},)"
            R"("prompt":"hi"})");
}

TEST(Requests, think_without_a_level_is_a_boolean) {
  EXPECT_EQ(generate_body({.model = "m", .think = Think{false}}, ""),
            R"({"model":"m","think":false,"prompt":""})");
}

TEST(Requests, chat_sends_the_messages) {
  const std::vector<Message> messages = {
      {.role = "user", .content = "1"},
      {.role = "assistant", .content = "2", .thinking = "3"},
  };
  EXPECT_EQ(chat_body({.model = "m"}, messages),
            R"({"model":"m","messages":[{"role":"user","content":"1"},)"
            R"({"role":"assistant","content":"2","thinking":"3"}]})");
}

TEST(Requests, bytes_that_are_no_utf8_do_not_break_the_body) {
  EXPECT_EQ(generate_body({.model = "m"}, "a\xff"), "{\"model\":\"m\",\"prompt\":\"a\ufffd\"}");
}

TEST(Requests, load_and_unload) {
  EXPECT_EQ(load_body({.model = "m"}), R"({"model":"m"})");
  EXPECT_EQ(load_body({.model = "m", .keep_alive = "1h", .options = {{"num_ctx", int64_t{64}}}}),
            R"({"model":"m","keep_alive":"1h","options":{"num_ctx":64}})");
  EXPECT_EQ(unload_body("m"), R"({"model":"m","keep_alive":0})");
}

TEST(Requests, embed) {
  EXPECT_EQ(embed_body({.model = "m", .input = "x", .truncate = false, .dimensions = 64}),
            R"({"model":"m","input":"x","truncate":false,"dimensions":64})");
}

TEST(Requests, create_leaves_out_what_is_empty) {
  EXPECT_EQ(create_body({.name = "new", .from = "old"}),
            R"({"model":"new","from":"old","stream":true})");
}

TEST(Requests, create_with_everything) {
  NewModel model{.name = "n", .files = {{"a.gguf", "sha256:1"}}, .system = "s"};
  model.go_template = "{{ .Prompt }}";
  model.licenses = {"MIT"};
  model.parameters = {{"top_k", int64_t{3}}};
  model.messages = {{.role = "user", .content = "u"}};
  model.quantize = "q8_0";
  EXPECT_EQ(create_body(model),
            R"({"model":"n","files":{"a.gguf":"sha256:1"},"template":"{{ .Prompt }}","system":"s",)"
            R"("license":["MIT"],"parameters":{"top_k":3},)"
            R"("messages":[{"role":"user","content":"u"}],"quantize":"q8_0","stream":true})");
}

TEST(Requests, an_empty_system_message_is_sent) {
  EXPECT_EQ(create_body({.name = "n", .from = "o", .system = ""}),
            R"({"model":"n","from":"o","system":"","stream":true})");
}

TEST(Requests, format_is_json_or_a_schema) {
  EXPECT_EQ(parse_format("")->kind, Format::Kind::kNone);
  EXPECT_EQ(parse_format("json")->kind, Format::Kind::kJson);
  EXPECT_EQ(*parse_format(R"({ "type": "object" })"),
            (Format{Format::Kind::kSchema, R"({"type":"object"})"}));
  EXPECT_FALSE(parse_format("xml"));
  EXPECT_FALSE(parse_format("[1]"));
}

TEST(Requests, think_is_a_boolean_or_a_level) {
  EXPECT_EQ(*parse_think("true"), Think{true});
  EXPECT_EQ(*parse_think("false"), Think{false});
  EXPECT_EQ(*parse_think("low"), (Think{true, "low"}));
  EXPECT_EQ(parse_think("much").error().message,
            "invalid think value: \"much\" (must be \"high\", \"medium\", \"low\", \"max\", true, "
            "or false)");
}

}  // namespace
}  // namespace axllama::cli
