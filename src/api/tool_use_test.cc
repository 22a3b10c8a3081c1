#include "api/tool_use.h"

#include <gtest/gtest.h>

namespace axllama {
namespace {

using Names = std::vector<std::string>;

Result<ToolUse> openai(std::string_view text) {
  const auto document = json::Document::parse(text);
  json::Decoder decoder;
  ToolUse use;
  read_openai_tool_choice(decoder, document->root(), use);
  if (Result<void> done = decoder.result(); !done) return std::unexpected(done.error());
  return use;
}

Result<ToolUse> anthropic(std::string_view text, bool* parallel = nullptr) {
  const auto document = json::Document::parse(text);
  json::Decoder decoder;
  ToolUse use;
  bool several = true;
  read_anthropic_tool_choice(decoder, document->root(), use, several);
  if (parallel != nullptr) *parallel = several;
  if (Result<void> done = decoder.result(); !done) return std::unexpected(done.error());
  return use;
}

TEST(OpenAiToolChoice, words_are_modes) {
  EXPECT_EQ(openai("null")->choice, ToolChoice::kAuto);
  EXPECT_EQ(openai(R"("auto")")->choice, ToolChoice::kAuto);
  EXPECT_EQ(openai(R"("none")")->choice, ToolChoice::kNone);
  EXPECT_EQ(openai(R"("required")")->choice, ToolChoice::kRequired);
}

TEST(OpenAiToolChoice, a_function_is_forced_in_the_form_of_either_route) {
  for (const char* text :
       {R"({"type":"function","function":{"name":"f"}})", R"({"type":"function","name":"f"})"}) {
    EXPECT_EQ(openai(text)->choice, ToolChoice::kRequired);
    EXPECT_EQ(openai(text)->only, Names{"f"});
  }
}

TEST(OpenAiToolChoice, allowed_tools_limit_in_the_form_of_either_route) {
  for (const char* text :
       {R"({"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":[)"
        R"({"type":"function","function":{"name":"f"}},{"function":{"name":"g"}}]}})",
        R"({"type":"allowed_tools","mode":"auto","tools":[{"name":"f"},{"name":"g"}]})"}) {
    EXPECT_EQ(openai(text)->choice, ToolChoice::kAuto);
    EXPECT_EQ(openai(text)->only, (Names{"f", "g"}));
  }
}

TEST(OpenAiToolChoice, anything_else_is_refused) {
  for (const char* text : {R"("any")", "7", "{}", "[]", R"({"type":"custom","name":"f"})",
                           R"({"type":"allowed_tools","mode":"all"})", R"({"mode":"auto"})"}) {
    EXPECT_FALSE(openai(text)) << text;
  }
}

TEST(AnthropicToolChoice, types_are_modes) {
  bool parallel = false;
  EXPECT_EQ(anthropic(R"({"type":"auto"})", &parallel)->choice, ToolChoice::kAuto);
  EXPECT_TRUE(parallel);
  EXPECT_EQ(anthropic(R"({"type":"any","disable_parallel_tool_use":true})", &parallel)->choice,
            ToolChoice::kRequired);
  EXPECT_FALSE(parallel);
  EXPECT_EQ(anthropic(R"({"type":"none"})")->choice, ToolChoice::kNone);
  EXPECT_EQ(anthropic(R"({"type":"tool","name":"f"})")->only, Names{"f"});
  EXPECT_FALSE(anthropic(R"({"type":"required"})"));
  EXPECT_FALSE(anthropic("{}"));
}

TEST(LimitTools, only_the_named_ones_stay) {
  std::vector<Tool> tools = {{"f", "", "{}"}, {"g", "", "{}"}, {"h", "", "{}"}};
  ASSERT_TRUE(limit_tools({ToolChoice::kAuto, Names{"h", "f"}}, {}, tools));
  ASSERT_EQ(tools.size(), 2U);
  EXPECT_EQ(tools[1].name, "h");
}

TEST(LimitTools, what_can_not_be_forced_is_an_error) {
  std::vector<Tool> tools = {{"f", "", "{}"}}, none;
  const Format json{Format::Kind::kJson};
  EXPECT_EQ(limit_tools({ToolChoice::kRequired, Names{"g"}}, {}, tools).error().message,
            R"(tool_choice names the tool "g", which is not among the tools)");
  EXPECT_FALSE(limit_tools({ToolChoice::kRequired}, {}, none));
  EXPECT_FALSE(limit_tools({ToolChoice::kRequired}, json, tools));
  EXPECT_TRUE(limit_tools({ToolChoice::kRequired}, {}, tools));
  EXPECT_TRUE(limit_tools({}, json, tools));
}

}  // namespace
}  // namespace axllama
