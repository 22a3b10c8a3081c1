// Bodies that nobody should send: the readers must answer each with a value or an error.
#include <gtest/gtest.h>

#include <random>

#include "api/anthropic.h"
#include "api/json_document.h"
#include "api/test_mutation.h"

namespace axllama::anthropic {
namespace {

constexpr const char* kSeeds[] = {
    R"({"model":"m","max_tokens":9,"system":[{"type":"text","text":"s"}],"messages":[{"role":"user",)"
    R"("content":"é"},{"role":"assistant","content":[{"type":"thinking","thinking":"h"},{"type":)"
    R"("tool_use","id":"t","name":"f","input":{"a":[1,{"b":null}]}}]},{"role":"user","content":[)"
    R"({"type":"tool_result","tool_use_id":"t","content":[{"type":"text","text":"\ud83d\ude00"}]}]}]})",
    R"({"model":"m","max_tokens":1,"stream":true,"temperature":0.5,"top_k":3,"stop_sequences":["a"],)"
    R"("thinking":{"type":"enabled","budget_tokens":1024},"output_config":{"effort":"low","format":)"
    R"({"type":"json_schema","schema":{"type":"object"}}},"messages":[{"role":"user","content":[)"
    R"({"type":"image","source":{"type":"base64","media_type":"image/png","data":"QUJD"}}]}],)"
    R"("tools":[{"name":"f","input_schema":{"type":"object"}}],"tool_choice":{"type":"any"}})",
};

void read_everything(const std::string& text) {
  const Result<MessagesBody> count = read_count(text);
  EXPECT_TRUE(count || !count.error().message.empty()) << text;
  const Result<MessagesBody> body = read_messages(text);
  EXPECT_TRUE(body || !body.error().message.empty()) << text;
  if (!body) return;
  EXPECT_FALSE(body->messages.empty()) << text;
  for (const Message& message : body->messages) {
    for (const ToolCall& call : message.tool_calls) EXPECT_TRUE(json::is_object(call.arguments));
  }
  for (const Tool& tool : body->tools) EXPECT_TRUE(json::is_object(tool.parameters));
}

TEST(HostileAnthropicBodies, twenty_thousand_mutations_are_all_answered) {
  std::mt19937 random(20260924);
  for (int i = 0; i < 20'000; ++i) read_everything(json::mutate(kSeeds[i % 2], random));
}

TEST(HostileAnthropicBodies, deep_nesting_in_every_field_is_answered) {
  const std::string deep = std::string(9'000, '[') + std::string(9'000, ']');
  const std::string objects = [] {
    std::string text;
    for (int i = 0; i < 4'000; ++i) text += R"({"input":)";
    return text + "1" + std::string(4'000, '}');
  }();
  for (const std::string& value : {deep, objects}) {
    for (const char* field : {"model", "system", "messages", "tools", "tool_choice", "thinking",
                              "output_config", "output_format", "stop_sequences", "mcp_servers"}) {
      read_everything("{\"" + std::string(field) + "\":" + value + "}");
    }
    for (const char* field : {"content", "role"}) {
      read_everything(R"({"model":"m","max_tokens":1,"messages":[{"role":"user",")" +
                      std::string(field) + "\":" + value + "}]}");
    }
    read_everything(R"({"model":"m","max_tokens":1,"messages":[{"role":"user","content":[)"
                    R"({"type":"tool_use","input":)" +
                    value + "}]}]}");
  }
}

}  // namespace
}  // namespace axllama::anthropic
