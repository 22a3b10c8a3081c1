// Go templates as chat templates: prompt, grammar and parser together.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "chat/chat.h"
#include "chat/image_marks.h"
#include "chat/sprout_test_chat.h"
#include "generate/literal_pattern.h"

namespace axllama {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* kThinker =
    "{{ range .Messages }}<{{ .Role }}>{{ if .Thinking }}<think>{{ .Thinking }}</think>{{ end }}"
    "{{ .Content }}{{ if .ToolCalls }}<tool_call>{{ range .ToolCalls }}{{ .Function.Name }}{{ end "
    "}}"
    "{{ end }}{{ end }}{{ range .Tools }}{{ .Function.Name }}{{ end }}<assistant>"
    "{{ if and .IsThinkSet (eq .ThinkLevel \"high\") }}<think>\n{{ end }}";

ChatTemplate made(const char* text) {
  auto created = ChatTemplate::create_go(text, sprout());
  if (!created) throw std::runtime_error(created.error().text());
  return *std::move(created);
}

ChatRequest question(std::optional<Think> think = {}, std::vector<Tool> tools = {}) {
  return {
      .messages = {{.role = "user", .content = "Hi"}}, .tools = std::move(tools), .think = think};
}

Answer parsed(RenderedChat chat, std::string_view text) {
  Answer answer;
  for (const char c : text) answer.add(chat.parser.push(std::string_view(&c, 1)));
  answer.add(chat.parser.finish());
  return answer;
}

TEST(GoChatTemplate, tells_what_it_can) {
  EXPECT_TRUE(made(kThinker).supports_thinking());
  EXPECT_TRUE(made(kThinker).supports_tools());
  EXPECT_FALSE(made("{{ .Prompt }}").supports_thinking());
  EXPECT_FALSE(made("{{ .Prompt }}").supports_tools());
  EXPECT_EQ(ChatTemplate::create_go("{{", sprout()).error().message,
            "template: :1: unclosed action");
}

TEST(GoChatTemplate, splits_thinking_calls_and_content) {
  const Answer answer = parsed(
      render(question(std::nullopt, {weather_tool()}), made(kThinker)),
      "<think>\nWhere?</think>\n\nI look.\n<tool_call>{\"name\": \"get_weather\", \"arguments\": "
      "{\"city\": \"Ulm\"}}</tool_call>");
  EXPECT_EQ(answer.thinking, "Where?");
  EXPECT_EQ(answer.content, "I look.");
  ASSERT_THAT(answer.calls, SizeIs(1));
  EXPECT_EQ(answer.calls[0].name, "get_weather");
  EXPECT_EQ(answer.calls[0].arguments, R"({"city":"Ulm"})");
}

TEST(GoChatTemplate, without_a_wish_nothing_is_split) {
  const Answer answer =
      parsed(render(question(Think{.on = false}), made(kThinker)), "<think>a</think><tool_call>{}");
  EXPECT_EQ(answer.thinking, "");
  EXPECT_EQ(answer.content, "<think>a</think><tool_call>{}");
}

TEST(GoChatTemplate, begins_within_thinking_where_the_prompt_ends_so) {
  RenderedChat chat = render(question(Think{.on = true, .level = "high"}), made(kThinker));
  EXPECT_EQ(chat.prompt, "<user>Hi<assistant><think>\n");
  const Answer answer = parsed(std::move(chat), "so</think>it is");
  EXPECT_EQ(answer.thinking, "so");
  EXPECT_EQ(answer.content, "it is");
}

TEST(GoChatTemplate, a_format_waits_for_the_end_of_thinking) {
  ChatRequest request = question();
  request.settings.format = {.kind = Format::Kind::kJson};
  EXPECT_THAT(render(request, made(kThinker)).grammar.trigger_patterns,
              ElementsAre(literal_pattern("</think>") + "\\s*(\\S)", "^\\s*([^\\s<])"));
  request.think = Think{.on = false};
  const Grammar at_once = render(request, made(kThinker)).grammar;
  EXPECT_FALSE(at_once.gbnf.empty());
  EXPECT_FALSE(at_once.sleeps());
  request.settings.format = {};
  EXPECT_THAT(render(request, made(kThinker)).grammar.gbnf, IsEmpty());
}

TEST(GoChatTemplate, a_choice_of_tools_that_it_can_not_keep_is_refused) {
  ChatRequest request = question(std::nullopt, {weather_tool()});
  request.tool_choice = ToolChoice::kRequired;
  EXPECT_EQ(made(kThinker).render(request).error().code, ErrorCode::kInvalidArgument);
  request.tool_choice = ToolChoice::kAuto;
  request.parallel_calls = false;
  EXPECT_EQ(made(kThinker).render(request).error().code, ErrorCode::kInvalidArgument);
  request.tool_choice = ToolChoice::kNone;
  const auto rendered = made(kThinker).render(request);
  ASSERT_TRUE(rendered);
  EXPECT_EQ(rendered->prompt.find("get_weather"), std::string::npos);
}

TEST(GoChatTemplate, marks_stand_for_images) {
  ChatRequest request = question();
  request.messages[0].images = {"x"};
  request.messages.push_back(request.messages[0]);  // is joined with the one before
  const std::string prompt =
      render(request, made("{{ range .Messages }}<{{ .Content }}>{{ end }}")).prompt;
  EXPECT_EQ(with_written_marks(prompt), "<[img-0]Hi\n\n[img-1]Hi>");
}

TEST(GoChatTemplate, jinja_can_not_fill_in) {
  ChatRequest request = question();
  request.suffix = "x";
  EXPECT_EQ(sprout_template().render(request).error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(render(request, made("{{ .Prompt }}|{{ .Suffix }}|")).prompt, "Hi|x|");
}

}  // namespace
}  // namespace axllama
