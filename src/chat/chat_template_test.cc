#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "chat/chat.h"
#include "chat/image_marks.h"
#include "chat/sprout_test_chat.h"

namespace axllama {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

const Message kSystem{.role = "system", .content = "Be brief."};
const Message kQuestion{.role = "user", .content = "Hello?"};

TEST(ChatTemplate, question_is_rendered) {
  EXPECT_EQ(render({.messages = {kQuestion}}).prompt,
            "<|im_start|>user\nHello?<|im_end|>\n<|im_start|>assistant\n");
}

TEST(ChatTemplate, system_and_history_are_rendered) {
  EXPECT_EQ(render({.messages = {kSystem,
                                 kQuestion,
                                 {.role = "assistant", .content = "Hi.", .thinking = "Greets."},
                                 {.role = "user", .content = "Bye"}}})
                .prompt,
            "<|im_start|>system\nBe brief.<|im_end|>\n"
            "<|im_start|>user\nHello?<|im_end|>\n"
            "<|im_start|>assistant\nHi.<|im_end|>\n"
            "<|im_start|>user\nBye<|im_end|>\n"
            "<|im_start|>assistant\n");
}

TEST(ChatTemplate, tools_calls_and_results_are_rendered) {
  const Message call{.role = "assistant",
                     .content = "",
                     .thinking = "I need the weather.",
                     .tool_calls = {{.id = "call_1",
                                     .index = 0,
                                     .name = "get_weather",
                                     .arguments = R"({"days": 2, "city": "Zürich"})"}}};
  const Message result{
      .role = "tool", .content = "sunny", .tool_name = "get_weather", .tool_call_id = "call_1"};
  EXPECT_EQ(
      render({.messages = {kSystem, kQuestion, call, result}, .tools = {weather_tool()}}).prompt,
      "<|im_start|>system\nBe brief.\n\n"
      "These functions can be called:\n<tools>\n"
      R"({"type": "function", "function": {"name": "get_weather", "description": )"
      R"("Weather of a city", "parameters": {"type": "object", "properties": {"city": {"type": )"
      R"("string"}, "days": {"type": "integer"}}, "required": ["city"]}}})"
      "\n</tools>\nTo call one, answer with its name and its arguments:\n<tool_call>\n"
      R"({"name": "...", "arguments": {...}})"
      "\n</tool_call><|im_end|>\n"
      "<|im_start|>user\nHello?<|im_end|>\n"
      "<|im_start|>assistant\n<think>\nI need the weather.\n</think>\n\n"
      "<tool_call>\n"
      R"({"name": "get_weather", "arguments": {"days": 2, "city": "Zürich"}})"
      "\n</tool_call><|im_end|>\n"
      "<|im_start|>user\n<tool_response>\nsunny\n</tool_response><|im_end|>\n"
      "<|im_start|>assistant\n");
}

TEST(ChatTemplate, thinking_is_left_to_the_model_unless_turned_off) {
  const std::string open = "<|im_start|>assistant\n";
  EXPECT_THAT(render({.messages = {kQuestion}}).prompt, EndsWith(open));
  EXPECT_THAT(render({.messages = {kQuestion}, .think = Think{}}).prompt, EndsWith(open));
  EXPECT_THAT(render({.messages = {kQuestion}, .think = Think{.level = "high"}}).prompt,
              EndsWith(open));
  EXPECT_THAT(render({.messages = {kQuestion}, .think = Think{.on = false}}).prompt,
              EndsWith(open + "<think>\n\n</think>\n\n"));
}

TEST(ChatTemplate, level_reaches_the_template) {
  const auto made = ChatTemplate::create(
      "{{ messages[0].content }} {{ reasoning_effort }}{{ enable_thinking }}", sprout());
  ASSERT_TRUE(made.has_value()) << made.error().text();
  EXPECT_EQ(render({.messages = {kQuestion}, .think = Think{.level = "low"}}, *made).prompt,
            "Hello? lowTrue");
  EXPECT_EQ(render({.messages = {kQuestion}, .think = Think{.on = false}}, *made).prompt,
            "Hello? False");
}

TEST(ChatTemplate, last_message_of_the_assistant_is_continued) {
  auto rendered = render({.messages = {kQuestion, {.role = "assistant", .content = "Once upon"}}});
  EXPECT_EQ(rendered.prompt,
            "<|im_start|>user\nHello?<|im_end|>\n"
            "<|im_start|>assistant\n<think>\n\n</think>\n\nOnce upon");
  const Answer answer = parse(std::move(rendered.parser), {" a", " time"});
  EXPECT_EQ(answer.content, " a time");
  EXPECT_EQ(answer.thinking, "");
}

TEST(ChatTemplate, thinking_that_has_begun_is_continued) {
  auto rendered =
      render({.messages = {kQuestion, {.role = "assistant", .content = "", .thinking = "Let me"}}});
  EXPECT_THAT(rendered.prompt, EndsWith("<|im_start|>assistant\n<think>\nLet me"));
  const Answer answer = parse(std::move(rendered.parser), {" see.\n</think>\n\nHi"});
  EXPECT_EQ(answer.thinking, " see.\n");
  EXPECT_EQ(answer.content, "Hi");
}

TEST(ChatTemplate, empty_last_message_of_the_assistant_is_no_beginning) {
  EXPECT_EQ(render({.messages = {kQuestion, {.role = "assistant", .content = ""}}}).prompt,
            render({.messages = {kQuestion}}).prompt);
}

TEST(ChatTemplate, says_what_the_template_can) {
  EXPECT_TRUE(sprout_template().supports_tools());
  EXPECT_TRUE(sprout_template().supports_thinking());
  const auto plain = ChatTemplate::create(
      "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
      "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}",
      sprout());
  ASSERT_TRUE(plain.has_value());
  EXPECT_FALSE(plain->supports_tools());
  EXPECT_FALSE(plain->supports_thinking());
}

TEST(ChatTemplate, refuses_what_it_cannot_use) {
  EXPECT_EQ(ChatTemplate::create("", sprout()).error().message, "the model has no chat template");
  for (const char* broken : {"{% if %}", "{{ 1 + }}", "{% for x in y %}", "{{ 'open }}"}) {
    const auto made = ChatTemplate::create(broken, sprout());
    ASSERT_FALSE(made.has_value()) << broken;
    EXPECT_EQ(made.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(made.error().message, Not(HasSubstr("std::exception")));
  }
}

TEST(ChatTemplate, reason_of_a_template_is_passed_on) {
  const auto picky = ChatTemplate::create(
      "{% if messages[0].role == 'tool' %}{{ raise_exception('no tools first') }}{% endif %}"
      "{{ messages[0].content }}",
      sprout());
  ASSERT_TRUE(picky.has_value()) << picky.error().text();
  const auto rendered = picky->render({.messages = {{.role = "tool", .content = "x"}}});
  ASSERT_FALSE(rendered.has_value());
  EXPECT_EQ(rendered.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(rendered.error().message, HasSubstr("no tools first"));
}

TEST(ChatTemplate, marks_stand_for_images) {
  const auto rendered = sprout_template().render(
      {.messages = {{.role = "user", .content = "What is this?", .images = {"PNG", "JPEG"}}}});
  ASSERT_TRUE(rendered.has_value()) << rendered.error().text();
  EXPECT_THAT(with_written_marks(rendered->prompt),
              HasSubstr("<|im_start|>user\n[img-0][img-1]What is this?<|im_end|>"));
}

TEST(ChatTemplate, refuses_json_that_is_none) {
  std::string deep(200'000, '[');
  for (const std::string& json : {std::string("{"), std::string("nope"), deep}) {
    ChatRequest tools{.messages = {kQuestion},
                      .tools = {{.name = "t", .description = "", .parameters = json}}};
    ChatRequest calls{.messages = {kQuestion,
                                   {.role = "assistant",
                                    .content = "",
                                    .tool_calls = {{.id = "", .name = "t", .arguments = json}}},
                                   kQuestion}};
    ChatRequest schema{.messages = {kQuestion}};
    schema.settings.format = {.kind = Format::Kind::kSchema, .schema = json};
    for (const ChatRequest& request : {tools, calls, schema}) {
      const auto rendered = sprout_template().render(request);
      ASSERT_FALSE(rendered.has_value());
      EXPECT_EQ(rendered.error().code, ErrorCode::kInvalidArgument);
    }
  }
}

TEST(ChatTemplate, many_threads_may_render_at_once) {
  const std::string expected = render({.messages = {kQuestion}, .tools = {weather_tool()}}).prompt;
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 5; ++n)
        EXPECT_EQ(render({.messages = {kQuestion}, .tools = {weather_tool()}}).prompt, expected);
    });
  }
}

}  // namespace
}  // namespace axllama
