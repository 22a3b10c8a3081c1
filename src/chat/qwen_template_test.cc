// The built-in template of Qwen3 beside the bundled demo model's own, which is of the same form.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "chat/chat.h"
#include "chat/sprout_test_chat.h"
#include "token/family_template.h"

namespace axllama {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::StartsWith;

const Message kSystem{.role = "system", .content = "Be brief."};
const Message kQuestion{.role = "user", .content = "Hello?"};
const Message kAnswer{.role = "assistant", .content = "Hi.", .thinking = "Greets."};
const Message kCall{
    .role = "assistant",
    .content = "",
    .thinking = "I need the weather.",
    .tool_calls = {
        {.id = "call_1", .name = "get_weather", .arguments = R"({"days": 2, "city": "Zürich"})"}}};
const Message kCalls{
    .role = "assistant",
    .content = "Let me look.",
    .thinking = "Both.",
    .tool_calls = {{.id = "", .name = "get_weather", .arguments = R"({"city": "Bern"})"},
                   {.id = "", .index = 1, .name = "add", .arguments = R"({"a": 1.5, "b": -1})"}}};
const Message kResult{.role = "tool", .content = "sunny", .tool_name = "get_weather"};
const Message kSum{.role = "tool", .content = "0.5", .tool_name = "add"};

ChatTemplate qwen(const std::string& type = "Qwen3") {
  auto made = ChatTemplate::create(family_template(type), sprout());
  if (!made) throw std::runtime_error(made.error().text());
  return *std::move(made);
}

void replace(std::string& text, const std::string& old, const std::string& by) {
  if (const size_t at = text.find(old); at != std::string::npos) text.replace(at, old.size(), by);
}

// The demo model was taught other words around the list of tools.
std::string in_qwens_words(std::string prompt) {
  replace(prompt, "These functions can be called:\n",
          "# Tools\n\nYou may call one or more functions to assist with the user query.\n\nYou are "
          "provided with function signatures within <tools></tools> XML tags:\n");
  replace(prompt,
          "</tools>\nTo call one, answer with its name and its arguments:\n<tool_call>\n"
          R"({"name": "...", "arguments": {...}})",
          "</tools>\n\nFor each function call, return a json object with function name and "
          "arguments within <tool_call></tool_call> XML tags:\n<tool_call>\n"
          R"({"name": <function-name>, "arguments": <args-json-object>})");
  return prompt;
}

TEST(QwenTemplate, renders_what_the_demo_models_own_template_does) {
  const std::vector<std::vector<Message>> conversations = {
      {kQuestion},
      {kSystem, kQuestion},
      {kQuestion, kAnswer, kQuestion},
      {kSystem, kQuestion, kAnswer, kQuestion, kAnswer, kQuestion},
      {kQuestion, kCall, kResult},
      {kSystem, kQuestion, kCalls, kResult, kSum},
      {kQuestion, kCall, kResult, kCalls, kResult, kSum},
      {kQuestion, kCall, kResult, kAnswer, kQuestion},
      {kQuestion, {.role = "assistant", .content = "Once upon"}},
      {kQuestion, {.role = "assistant", .content = "", .thinking = "Let me"}}};
  const ChatTemplate own = qwen();
  for (const auto& messages : conversations) {
    for (const auto& tools :
         {std::vector<Tool>{}, {weather_tool()}, {weather_tool(), add_tool()}}) {
      for (const auto& think :
           {std::optional<Think>(), std::optional(Think{}), std::optional(Think{.on = false})}) {
        const ChatRequest request{.messages = messages, .tools = tools, .think = think};
        EXPECT_EQ(render(request, own).prompt, in_qwens_words(render(request).prompt));
      }
    }
  }
}

TEST(QwenTemplate, tools_are_described_as_the_models_were_taught) {
  for (const char* type : {"Qwen2_5", "Qwen3"}) {
    EXPECT_EQ(
        render({.messages = {kSystem, kQuestion}, .tools = {add_tool()}}, qwen(type)).prompt,
        "<|im_start|>system\nBe brief.\n\n# Tools\n\nYou may call one or more functions to assist "
        "with the user query.\n\nYou are provided with function signatures within <tools></tools> "
        "XML tags:\n<tools>\n"
        R"({"type": "function", "function": {"name": "add", "description": "", "parameters": )"
        R"({"type": "object", "properties": {"a": {"type": "number"}, "b": {"type": "number"}}}}})"
        "\n</tools>\n\nFor each function call, return a json object with function name and "
        "arguments within <tool_call></tool_call> XML tags:\n<tool_call>\n"
        R"({"name": <function-name>, "arguments": <args-json-object>})"
        "\n</tool_call><|im_end|>\n<|im_start|>user\nHello?<|im_end|>\n<|im_start|>assistant\n")
        << type;
  }
}

TEST(QwenTemplate, thinking_of_this_turn_is_kept_and_of_earlier_ones_dropped) {
  const std::string prompt =
      render({.messages = {kQuestion, kAnswer, kQuestion, kCall, kResult}}, qwen()).prompt;
  EXPECT_THAT(prompt, StartsWith("<|im_start|>user\nHello?<|im_end|>\n"
                                 "<|im_start|>assistant\nHi.<|im_end|>\n"));
  EXPECT_THAT(prompt, testing::HasSubstr("<|im_start|>assistant\n<think>\nI need the weather.\n"
                                         "</think>\n\n<tool_call>\n"));
}

TEST(QwenTemplate, only_families_that_think_write_thinking) {
  const ChatRequest request{.messages = {kQuestion, kCall, kResult},
                            .tools = {weather_tool()},
                            .think = Think{.on = false}};
  EXPECT_THAT(render(request, qwen()).prompt, EndsWith("<think>\n\n</think>\n\n"));
  EXPECT_EQ(render(request, qwen("Qwen2_5")).prompt.find("<think>"), std::string::npos);
}

TEST(QwenTemplate, a_later_system_message_is_a_turn_of_its_own) {
  EXPECT_EQ(render({.messages = {kQuestion, kSystem, kQuestion}}, qwen()).prompt,
            "<|im_start|>user\nHello?<|im_end|>\n<|im_start|>system\nBe brief.<|im_end|>\n"
            "<|im_start|>user\nHello?<|im_end|>\n<|im_start|>assistant\n");
}

const std::string kWritten =
    "<tool_call>\n{\"name\": \"get_weather\", \"arguments\": {\"days\": 2, \"city\": \"Bern\"}}\n"
    "</tool_call>";
const std::string kWrittenSum =
    "<tool_call>\n{\"name\": \"add\", \"arguments\": {\"b\": 1.50, \"a\": -1e3}}\n</tool_call>";

const std::vector<std::string> kAnswers = {"",
                                           "Hello, a < b.",
                                           "<think>\nhm\n</think>\n\nHi",
                                           "<think>\nhm, </th",
                                           kWritten,
                                           kWritten + "\n" + kWrittenSum,
                                           "<think>\nhm\n</think>\n\nLook: " + kWritten,
                                           kWritten.substr(0, 40)};

TEST(QwenTemplate, answers_are_read_as_by_the_demo_models_own_template) {
  const ChatTemplate own = qwen();
  for (const auto& tools : {std::vector<Tool>{}, {weather_tool(), add_tool()}}) {
    for (const auto& think :
         {std::optional<Think>(), std::optional(Think{}), std::optional(Think{.on = false})}) {
      const ChatRequest request{.messages = {kQuestion}, .tools = tools, .think = think};
      for (const std::string& text : kAnswers) {
        const Answer theirs = parse(render(request).parser, one_by_one(text));
        const Answer ours = parse(render(request, own).parser, one_by_one(text));
        EXPECT_EQ(ours.thinking, theirs.thinking) << text;
        EXPECT_EQ(ours.content, theirs.content) << text;
        EXPECT_EQ(ours.call_texts(), theirs.call_texts()) << text;
      }
    }
  }
}

TEST(QwenTemplate, thinking_and_calls_are_split_off) {
  const Answer answer =
      parse(render({.messages = {kQuestion}, .tools = {weather_tool(), add_tool()}}, qwen()).parser,
            one_by_one("<think>\nhm\n</think>\n\nLook: " + kWritten + "\n" + kWrittenSum));
  EXPECT_EQ(answer.thinking, "hm\n");
  EXPECT_EQ(answer.content, "Look: ");
  EXPECT_THAT(answer.call_texts(),
              ElementsAre(R"(get_weather{"days":2,"city":"Bern"})", R"(add{"b":1.50,"a":-1e3})"));
}

TEST(QwenTemplate, qwen2_5_calls_tools_without_thinking) {
  const Answer answer =
      parse(render({.messages = {kQuestion}, .tools = {weather_tool()}}, qwen("Qwen2_5")).parser,
            one_by_one(kWritten));
  EXPECT_EQ(answer.content, "");
  EXPECT_THAT(answer.call_texts(), ElementsAre(R"(get_weather{"days":2,"city":"Bern"})"));
}

}  // namespace
}  // namespace axllama
