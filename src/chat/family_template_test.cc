// The built-in templates, rendered as conversations are.
#include "token/family_template.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "chat/chat.h"
#include "chat/sprout_test_chat.h"

namespace axllama {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

const Message kSystem{.role = "system", .content = "Be brief."};
const Message kQuestion{.role = "user", .content = "Hello?"};
const Message kAnswer{.role = "assistant", .content = "Hi.", .thinking = "Greets."};
const Message kMarkedAnswer{.role = "assistant", .content = "<think>\nGreets.\n</think>\n\nHi."};
const Message kNext{.role = "user", .content = "Bye"};

constexpr const char* kTypes[] = {"Qwen2_5",  "Qwen3",     "Qwen3VL", "Qwen3Omni",
                                  "Qwen3_5",  "Qwen3_5VL", "SmolLM2", "MiniCPM4",
                                  "MiniCPM5", "Gemma3",    "HunYuan"};

ChatTemplate family(const std::string& type) {
  auto made = ChatTemplate::create(family_template(type), sprout());
  if (!made) throw std::runtime_error(type + ": " + made.error().text());
  return *std::move(made);
}

std::string prompt(const std::string& type, const ChatRequest& request) {
  return render(request, family(type)).prompt;
}

const std::string kChatMl =
    "<|im_start|>user\nHello?<|im_end|>\n<|im_start|>assistant\nHi.<|im_end|>\n"
    "<|im_start|>user\nBye<|im_end|>\n<|im_start|>assistant\n";
const std::string kBrief = "<|im_start|>system\nBe brief.<|im_end|>\n";

TEST(FamilyTemplate, chatml_is_rendered_by_its_families) {
  for (const char* type :
       {"Qwen2_5", "Qwen3", "Qwen3VL", "Qwen3Omni", "Qwen3_5", "Qwen3_5VL", "SmolLM2"}) {
    const ChatRequest request{.messages = {kSystem, kQuestion, kAnswer, kNext}};
    EXPECT_EQ(prompt(type, request), kBrief + kChatMl) << type;
  }
  EXPECT_EQ(prompt("MiniCPM4", {.messages = {kSystem, kQuestion, kAnswer, kNext}}),
            "<s>" + kBrief + kChatMl);
}

TEST(FamilyTemplate, thinking_in_the_text_of_old_answers_is_dropped) {
  const ChatRequest request{.messages = {kSystem, kQuestion, kMarkedAnswer, kNext}};
  for (const char* type : {"Qwen2_5", "Qwen3", "SmolLM2"}) {
    EXPECT_EQ(prompt(type, request), kBrief + kChatMl) << type;
  }
  for (const char* type : {"MiniCPM4", "MiniCPM5", "Gemma3", "HunYuan"}) {
    EXPECT_THAT(prompt(type, request), Not(HasSubstr("Greets"))) << type;
  }
}

TEST(FamilyTemplate, vendors_system_text_stands_where_there_is_none) {
  const ChatRequest request{.messages = {kQuestion}};
  const std::string rest = "<|im_start|>user\nHello?<|im_end|>\n<|im_start|>assistant\n";
  EXPECT_EQ(prompt("Qwen2_5", request),
            "<|im_start|>system\nYou are Qwen, created by Alibaba Cloud. You are a helpful "
            "assistant.<|im_end|>\n" +
                rest);
  EXPECT_EQ(
      prompt("SmolLM2", request),
      "<|im_start|>system\nYou are a AI assistant, created by HuggingfaceTB<|im_end|>\n" + rest);
  EXPECT_EQ(prompt("MiniCPM4", request),
            "<s><|im_start|>system\nYou are MiniCPM4, created by ModelBest. You are a helpful "
            "assistant.<|im_end|>\n" +
                rest);
  EXPECT_EQ(prompt("Qwen3", request), rest);
}

TEST(FamilyTemplate, says_what_the_family_can) {
  struct Can {
    const char* type;
    bool tools;
    bool thinking;
  };
  for (const Can& can :
       {Can{"Qwen2_5", true, false}, Can{"Qwen3", true, true}, Can{"Qwen3_5", false, true},
        Can{"SmolLM2", false, false}, Can{"MiniCPM4", false, false}, Can{"MiniCPM5", true, true},
        Can{"Gemma3", false, false}, Can{"HunYuan", false, false}}) {
    EXPECT_EQ(family(can.type).supports_tools(), can.tools) << can.type;
    EXPECT_EQ(family(can.type).supports_thinking(), can.thinking) << can.type;
  }
}

TEST(FamilyTemplate, an_answer_that_has_begun_is_continued) {
  for (const char* type :
       {"Qwen2_5", "Qwen3", "Qwen3_5", "SmolLM2", "MiniCPM4", "MiniCPM5", "Gemma3", "HunYuan"}) {
    auto rendered = render({.messages = {kQuestion, {.role = "assistant", .content = "Once upon"}}},
                           family(type));
    EXPECT_THAT(rendered.prompt, EndsWith("Once upon")) << type;
    EXPECT_EQ(parse(std::move(rendered.parser), {" a", " time"}).content, " a time") << type;
  }
}

TEST(FamilyTemplate, a_plain_answer_is_content) {
  for (const char* type :
       {"Qwen2_5", "Qwen3", "Qwen3_5", "SmolLM2", "MiniCPM4", "Gemma3", "HunYuan"}) {
    const Answer answer = parse(render({.messages = {kQuestion}}, family(type)).parser,
                                one_by_one("Hello there, a < b!"));
    EXPECT_EQ(answer.content, "Hello there, a < b!") << type;
    EXPECT_EQ(answer.thinking, "") << type;
  }
}

TEST(FamilyTemplate, a_conversation_without_a_question_is_rendered) {
  for (const char* type : kTypes) {
    const ChatTemplate made = family(type);
    EXPECT_TRUE(made.render({.messages = {}}).has_value()) << type;
    EXPECT_TRUE(made.render({.messages = {{.role = "user", .content = ""}}}).has_value()) << type;
    EXPECT_THAT(render({.messages = {kSystem}}, made).prompt, HasSubstr("Be brief.")) << type;
    EXPECT_THAT(
        render({.messages = {kSystem, {.role = "assistant", .content = "Once"}}}, made).prompt,
        EndsWith("Once"))
        << type;
  }
}

TEST(FamilyTemplate, a_format_is_forced) {
  for (const char* type : kTypes) {
    ChatRequest request{.messages = {kQuestion}, .think = Think{.on = false}};
    request.settings.format = {.kind = Format::Kind::kJson};
    auto rendered = render(request, family(type));
    EXPECT_NE(rendered.grammar.gbnf, "") << type;
    EXPECT_EQ(parse(std::move(rendered.parser), one_by_one(R"({"a": 1})")).content, R"({"a": 1})")
        << type;
  }
}

TEST(FamilyTemplate, minicpm5_begins_to_think_or_not) {
  const std::string before = "<s><|im_start|>user\nHello?<|im_end|>\n<|im_start|>assistant\n";
  const ChatRequest ask{.messages = {kQuestion}};
  EXPECT_EQ(prompt("MiniCPM5", {.messages = {kQuestion}, .think = Think{}}), before + "<think>\n");
  EXPECT_EQ(prompt("MiniCPM5", {.messages = {kQuestion}, .think = Think{.on = false}}),
            before + "<think>\n\n</think>\n\n");
}

TEST(FamilyTemplate, minicpm5_is_told_by_the_last_question_whether_to_think) {
  const std::string before = "<s><|im_start|>user\nHello?<|im_end|>\n<|im_start|>assistant\n";
  EXPECT_EQ(prompt("MiniCPM5", {.messages = {{.role = "user", .content = "Hello? /no_think"}}}),
            before + "<think>\n\n</think>\n\n");
  EXPECT_EQ(prompt("MiniCPM5", {.messages = {{.role = "user", .content = "Hello? /think"}},
                                .think = Think{.on = false}}),
            before + "<think>\n");
}

TEST(FamilyTemplate, minicpm5_calls_tools_in_tags) {
  const Message call{
      .role = "assistant",
      .content = "",
      .thinking = "Look.",
      .tool_calls = {
          {.id = "", .name = "get_weather", .arguments = R"({"days": 2, "city": "a < b"})"}}};
  const Message result{.role = "tool", .content = "sunny", .tool_name = "get_weather"};
  auto rendered = render({.messages = {kQuestion, call, result}, .tools = {weather_tool()}},
                         family("MiniCPM5"));
  EXPECT_THAT(rendered.prompt,
              EndsWith("<|im_start|>assistant\n<think>\nLook.\n</think>\n\n"
                       "<function name=\"get_weather\"><param name=\"days\">2</param>"
                       "<param name=\"city\"><![CDATA[a < b]]></param></function><|im_end|>\n"
                       "<|im_start|>user\n<tool_response>\nsunny\n</tool_response><|im_end|>\n"
                       "<|im_start|>assistant\n<think>\n"));
  const Answer answer = parse(std::move(rendered.parser),
                              one_by_one("Again.\n</think>\n\n<function name=\"get_weather\">"
                                         "<param name=\"city\">Bern</param></function>"));
  EXPECT_EQ(answer.thinking, "Again.\n");
  EXPECT_THAT(answer.call_texts(), testing::ElementsAre(R"(get_weather{"city":"Bern"})"));
}

TEST(FamilyTemplate, gemma3_has_no_system_turn) {
  EXPECT_EQ(prompt("Gemma3", {.messages = {kSystem, kQuestion, kAnswer, kNext}}),
            "<bos><start_of_turn>user\nBe brief.\n\nHello?<end_of_turn>\n"
            "<start_of_turn>model\nHi.<end_of_turn>\n"
            "<start_of_turn>user\nBye<end_of_turn>\n<start_of_turn>model\n");
}

TEST(FamilyTemplate, hunyuan_writes_its_own_marks) {
  EXPECT_EQ(prompt("HunYuan", {.messages = {kSystem, kQuestion, kAnswer, kNext}}),
            "<｜hy_begin▁of▁sentence｜>Be brief.<｜hy_place▁holder▁no▁3｜>"
            "<｜hy_User｜>Hello?<｜hy_Assistant｜>Hi.<｜hy_place▁holder▁no▁2｜>"
            "<｜hy_User｜>Bye<｜hy_Assistant｜>");
}

TEST(FamilyTemplate, results_of_tools_are_refused_where_there_are_none) {
  for (const char* type : {"Gemma3", "HunYuan"}) {
    const auto rendered =
        family(type).render({.messages = {kQuestion, {.role = "tool", .content = "x"}}});
    ASSERT_FALSE(rendered.has_value()) << type;
    EXPECT_THAT(rendered.error().message, HasSubstr("no messages of the role tool")) << type;
  }
}

}  // namespace
}  // namespace axllama
