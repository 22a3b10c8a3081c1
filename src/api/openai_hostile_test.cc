// Bodies that nobody should send: the readers must answer each with a value or an error.
#include <gtest/gtest.h>

#include <random>

#include "api/json_document.h"
#include "api/openai.h"
#include "api/test_mutation.h"

namespace axllama::openai {
namespace {

constexpr const char* kSeeds[] = {
    R"({"model":"m","messages":[{"role":"User","content":"é"},{"role":"assistant","tool_calls":)"
    R"([{"id":"c","function":{"name":"f","arguments":"{\"a\":[1,{\"b\":null}]}"}}]},)"
    R"({"role":"tool","tool_call_id":"c","content":"h\u00e9llo \ud83d\ude00"}],"stop":["a"],)"
    R"("max_tokens":1e3,"seed":-5,"temperature":0.5,"reasoning_effort":"low","stream":true})",
    R"({"messages":[{"role":"user","content":[{"type":"text","text":"a"},{"type":"image_url",)"
    R"("image_url":{"url":"data:image/png;base64,QUJD"}}]}],"response_format":{"type":)"
    R"("json_schema","json_schema":{"schema":{"type":"object"}}},"tools":[{"function":{"name":)"
    R"("f","parameters":{"type":"object","properties":{"a":{"type":["string","null"]}}}}}]})",
    R"({"model":"m","prompt":["p"],"suffix":"s","logprobs":3,"stream_options":)"
    R"({"include_usage":true},"top_p":1,"frequency_penalty":-2})",
    R"({"model":"m","input":["a","b"],"dimensions":4,"encoding_format":"base64"})",
};

template <class Body>
void expect_answer(const Result<Body>& body, const std::string& text) {
  EXPECT_TRUE(body || !body.error().message.empty()) << text;
}

void read_everything(const std::string& text) {
  expect_answer(read_completion(text), text);
  expect_answer(read_embeddings(text), text);
  const Result<ChatBody> chat = read_chat(text);
  expect_answer(chat, text);
  if (!chat) return;
  EXPECT_FALSE(chat->messages.empty()) << text;
  for (const Message& message : chat->messages) {
    for (const ToolCall& call : message.tool_calls) EXPECT_TRUE(json::is_object(call.arguments));
  }
}

TEST(HostileOpenAiBodies, twenty_thousand_mutations_are_all_answered) {
  std::mt19937 random(20260923);
  for (int i = 0; i < 20'000; ++i) read_everything(json::mutate(kSeeds[i % 4], random));
}

TEST(HostileOpenAiBodies, deep_nesting_in_every_field_is_answered) {
  const std::string deep = std::string(9'000, '[') + std::string(9'000, ']');
  for (const char* field : {"model", "messages", "tools", "stop", "response_format", "input",
                            "prompt", "reasoning", "stream_options", "unknown"}) {
    read_everything("{\"" + std::string(field) + "\":" + deep + "}");
  }
  for (const char* field : {"content", "tool_calls", "role"}) {
    read_everything("{\"messages\":[{\"" + std::string(field) + "\":" + deep + "}]}");
  }
}

TEST(HostileOpenAiBodies, arguments_that_are_too_deep_are_refused) {
  std::string deep = "1";
  for (int i = 0; i < 400; ++i) deep = R"({\"a\":)" + deep + "}";
  const auto body =
      read_chat(R"({"messages":[{"tool_calls":[{"function":{"arguments":")" + deep + "\"}}]}]}");
  ASSERT_FALSE(body);
  EXPECT_EQ(body.error().message, "exceeded max depth");
}

TEST(HostileOpenAiBodies, fifty_thousand_calls_and_results_take_no_long_time) {
  std::string messages;
  for (int i = 0; i < 50'000; ++i) {
    const std::string id = std::to_string(i);
    messages += R"({"tool_calls":[{"id":")" + id + R"(","function":{"name":"f)" + id +
                R"("}}]},{"role":"tool","content":"","tool_call_id":")" + id + "\"},";
  }
  const auto body = read_chat("{\"messages\":[" + messages + R"({"content":""}]})");
  ASSERT_TRUE(body) << body.error().message;
  EXPECT_EQ(body->messages[99'999].tool_name, "f49999");
}

}  // namespace
}  // namespace axllama::openai
