// Bodies that nobody should send: the readers must answer each with a value or an error.
#include <gtest/gtest.h>

#include <random>

#include "api/json_document.h"
#include "api/ollama.h"
#include "api/test_mutation.h"

namespace axllama::ollama {
namespace {

constexpr const char* kSeeds[] = {
    R"({"model":"m","prompt":"h\u00e9llo \ud83d\ude00","context":[1,2,-3],"stream":false,)"
    R"("format":{"type":"object"},"keep_alive":"5m","images":["QUJD"],"think":"low",)"
    R"("options":{"num_ctx":1e3,"stop":["a"],"temperature":0.5},"top_logprobs":3})",
    R"({"model":"m","messages":[{"role":"User","content":"é"},{"role":"assistant","tool_calls":)"
    R"([{"id":"c","function":{"index":1,"name":"f","arguments":{"a":[1,{"b":null}]}}}]}],)"
    R"("tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object",)"
    R"("required":["a"],"properties":{"a":{"anyOf":[{"type":["string","null"]}],"enum":[1]}}}}}]})",
    R"({"model":"m","input":["a","b"],"dimensions":4,"truncate":true,"keep_alive":-1.5})",
    R"({"model":"m","from":"f","files":{"a":"b"},"license":["l"],"parameters":{"stop":["x"]},)"
    R"("messages":[{"role":"user","content":"x","images":[[1,2]]}],"stream":true})",
};

template <class Body>
void expect_answer(const Result<Body>& body, const std::string& text) {
  EXPECT_TRUE(body || !body.error().message.empty()) << text;
}

void read_everything(const std::string& text) {
  expect_answer(read_generate(text), text);
  expect_answer(read_embed(text), text);
  expect_answer(read_embeddings(text), text);
  expect_answer(read_show(text), text);
  expect_answer(read_create(text), text);
  expect_answer(read_copy(text), text);
  expect_answer(read_delete(text), text);
  const Result<ChatBody> chat = read_chat(text);
  expect_answer(chat, text);
  if (!chat) return;
  for (const Tool& tool : chat->tools) EXPECT_TRUE(json::is_object(tool.parameters)) << text;
  for (const Message& message : chat->messages) {
    for (const ToolCall& call : message.tool_calls) EXPECT_TRUE(json::is_object(call.arguments));
  }
}

TEST(HostileBodies, twenty_thousand_mutations_are_all_answered) {
  std::mt19937 random(20260923);
  for (int i = 0; i < 20'000; ++i) read_everything(json::mutate(kSeeds[i % 4], random));
}

TEST(HostileBodies, deep_nesting_in_every_field_is_answered) {
  const std::string deep = std::string(9'000, '[') + std::string(9'000, ']');
  for (const char* field : {"model", "messages", "tools", "options", "format", "images", "context",
                            "input", "license", "parameters", "keep_alive", "think", "unknown"}) {
    read_everything("{\"" + std::string(field) + "\":" + deep + "}");
  }
  std::string properties = "{}";
  for (int i = 0; i < 4'000; ++i) properties = R"({"properties":{"a":)" + properties + "}}";
  const auto body = read_chat(R"({"tools":[{"function":{"parameters":)" + properties + "}}]}");
  ASSERT_FALSE(body);
  EXPECT_EQ(body.error().message, "exceeded max depth");
}

TEST(HostileBodies, a_hundred_thousand_options_and_files_take_no_long_time) {
  std::string members;
  for (int i = 0; i < 100'000; ++i) {
    members += (i > 0 ? ",\"" : "\"") + std::to_string(i) + "\":\"\"";
  }
  const auto generate = read_generate("{\"options\":{" + members + "}}");
  ASSERT_TRUE(generate);
  EXPECT_EQ(generate->ignored_options.size(), 100'000u);
  EXPECT_EQ(read_create("{\"files\":{" + members + "}}")->files.size(), 100'000u);
}

}  // namespace
}  // namespace axllama::ollama
