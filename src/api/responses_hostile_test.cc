// Bodies that nobody should send: the reader must answer each with a value or an error.
#include <gtest/gtest.h>

#include <random>

#include "api/json_document.h"
#include "api/responses.h"
#include "api/test_mutation.h"

namespace axllama::responses {
namespace {

constexpr const char* kSeeds[] = {
    R"({"model":"m","instructions":"é","input":[{"role":"user","content":[{"type":"input_text",)"
    R"("text":"a"},{"type":"input_image","image_url":"data:image/png;base64,QUJD"}]},{"type":)"
    R"("reasoning","summary":[{"type":"summary_text","text":"h"}]},{"type":"function_call",)"
    R"("call_id":"c","name":"f","arguments":"{\"a\":[1,{\"b\":null}]}"},{"type":)"
    R"("function_call_output","call_id":"c","output":"\ud83d\ude00"}]})",
    R"({"model":"m","input":"hi","max_output_tokens":5,"temperature":0.5,"stream":true,"reasoning":)"
    R"({"effort":"low"},"text":{"format":{"type":"json_schema","schema":{"type":"object"}}},)"
    R"("tools":[{"type":"function","name":"f","parameters":{"type":"object"}},{"type":"namespace",)"
    R"("name":"n","tools":[{"type":"function","name":"g"}]}],"tool_choice":{"type":)"
    R"("allowed_tools","mode":"auto","tools":[{"name":"f"}]},"metadata":{"a":"b"}})",
};

void read_everything(const std::string& text) {
  Result<Body> body = read(text);
  EXPECT_TRUE(body || !body.error().message.empty()) << text;
  if (!body) return;
  EXPECT_FALSE(body->messages.empty()) << text;
  for (const Message& message : body->messages) {
    for (const ToolCall& call : message.tool_calls) EXPECT_TRUE(json::is_object(call.arguments));
  }
  for (const Tool& tool : body->tools) EXPECT_TRUE(json::is_object(tool.parameters));
  // What the response repeats must leave it valid.
  AnswerWriter writer("m", {"resp_1", {}}, std::move(body->echo));
  EXPECT_TRUE(json::is_object(writer.whole())) << text;
}

TEST(HostileResponsesBodies, twenty_thousand_mutations_are_all_answered) {
  std::mt19937 random(20260925);
  for (int i = 0; i < 20'000; ++i) read_everything(json::mutate(kSeeds[i % 2], random));
}

TEST(HostileResponsesBodies, deep_nesting_in_every_field_is_answered) {
  const std::string deep = std::string(9'000, '[') + std::string(9'000, ']');
  const std::string choices = [] {
    std::string text;
    for (int i = 0; i < 4'000; ++i) text += R"({"allowed_tools":)";
    return text + "1" + std::string(4'000, '}');
  }();
  for (const std::string& value : {deep, choices}) {
    for (const char* field : {"model", "input", "instructions", "tools", "tool_choice", "text",
                              "reasoning", "metadata", "include", "store"}) {
      read_everything(R"({"input":"x",")" + std::string(field) + "\":" + value + "}");
    }
    for (const char* field : {"content", "output", "summary", "arguments"}) {
      read_everything(R"({"input":[{"type":"function_call",")" + std::string(field) +
                      "\":" + value + "}]}");
    }
  }
}

}  // namespace
}  // namespace axllama::responses
