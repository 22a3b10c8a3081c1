#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <set>

#include "chat/chat.h"
#include "chat/sprout_test_chat.h"

namespace axllama {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::MatchesRegex;

const std::string kCall =
    "<tool_call>\n{\"name\": \"get_weather\", \"arguments\": {\"days\": 2, \"city\": \"Bern\"}}\n"
    "</tool_call>";
const std::string kOtherCall =
    "<tool_call>\n{\"name\": \"add\", \"arguments\": {\"b\": 1.50, \"a\": -1e3}}\n</tool_call>";

AnswerParser parser(bool tools = true) {
  ChatRequest request{.messages = {{.role = "user", .content = "Hello?"}}};
  if (tools) request.tools = {weather_tool(), add_tool()};
  return render(request).parser;
}

// Splits change nothing but where events begin and end.
Answer answer(const std::string& text, bool tools = true) {
  const Answer whole = parse(parser(tools), {text});
  const Answer parts = parse(parser(tools), one_by_one(text));
  EXPECT_EQ(parts.thinking, whole.thinking);
  EXPECT_EQ(parts.content, whole.content);
  EXPECT_EQ(parts.call_texts(), whole.call_texts());
  return parts;
}

TEST(AnswerParser, plain_text_is_content) {
  for (const bool tools : {false, true}) {
    const Answer found = answer("Hello there, a < b and <b>bold</b>!", tools);
    EXPECT_EQ(found.content, "Hello there, a < b and <b>bold</b>!");
    EXPECT_EQ(found.thinking, "");
    EXPECT_THAT(found.calls, IsEmpty());
  }
}

TEST(AnswerParser, thinking_is_split_off) {
  for (const bool tools : {false, true}) {
    const Answer found = answer("<think>\nLet me see: 1 < 2.\n</think>\n\nIt is true.", tools);
    EXPECT_EQ(found.thinking, "Let me see: 1 < 2.\n");
    EXPECT_EQ(found.content, "It is true.");
  }
}

TEST(AnswerParser, thinking_that_does_not_end_stays_thinking) {
  const Answer found = answer("<think>\nLet me see, </th");
  EXPECT_EQ(found.thinking, "Let me see, </th");
  EXPECT_EQ(found.content, "");
}

TEST(AnswerParser, empty_thinking_is_none) {
  const Answer found = answer("<think>\n\n</think>\n\nHi");
  EXPECT_EQ(found.thinking, "");
  EXPECT_EQ(found.content, "Hi");
}

TEST(AnswerParser, thinking_alone_leaves_no_markup) {
  const Answer found = answer("<think>\nhm\n</think>\n\n");
  EXPECT_EQ(found.thinking, "hm\n");
  EXPECT_EQ(found.content, "");
  EXPECT_EQ(answer("<think>\nhm\n</think>").content, "");
  EXPECT_EQ(answer("<think>").content, "");
}

TEST(AnswerParser, events_come_as_soon_as_they_are_certain) {
  AnswerParser growing = parser();
  EXPECT_THAT(growing.push("<think>"), IsEmpty());
  EXPECT_THAT(growing.push("\n"), IsEmpty());
  EXPECT_THAT(growing.push("One"), ElementsAre(Event(Thinking{"One"})));
  EXPECT_THAT(growing.push(" two"), ElementsAre(Event(Thinking{" two"})));
  EXPECT_THAT(growing.push(" <"), ElementsAre(Event(Thinking{" "})));
  EXPECT_THAT(growing.push("b"), ElementsAre(Event(Thinking{"<b"})));
  EXPECT_THAT(growing.push("</think>"), IsEmpty());
  EXPECT_THAT(growing.push("\n\n"), IsEmpty());
  EXPECT_THAT(growing.push("Three"), ElementsAre(Event(Content{"Three"})));
  EXPECT_THAT(growing.push(" four."), ElementsAre(Event(Content{" four."})));
  EXPECT_THAT(growing.finish(), IsEmpty());
}

TEST(AnswerParser, call_is_complete_with_compact_arguments_in_their_order) {
  const Answer found = answer("<think>\nhm\n</think>\n\nLet me look. " + kCall);
  EXPECT_EQ(found.thinking, "hm\n");
  EXPECT_EQ(found.content, "Let me look. ");
  ASSERT_EQ(found.calls.size(), 1U);
  EXPECT_EQ(found.calls[0].name, "get_weather");
  EXPECT_EQ(found.calls[0].arguments, R"({"days":2,"city":"Bern"})");
  EXPECT_EQ(found.calls[0].index, 0);
  EXPECT_THAT(found.calls[0].id, MatchesRegex("call_[a-z0-9]{8}"));
}

TEST(AnswerParser, call_comes_when_it_closes_and_only_once) {
  AnswerParser growing = parser();
  int calls = 0;
  size_t at = 0;
  for (const std::string& piece : one_by_one(kCall)) {
    ++at;
    for (const Event& event : growing.push(piece)) {
      ASSERT_TRUE(std::holds_alternative<ToolCalls>(event));
      EXPECT_EQ(kCall.substr(0, at).find_last_of('}'), at - 1);
      ++calls;
    }
  }
  EXPECT_EQ(calls, 1);
  EXPECT_THAT(growing.finish(), IsEmpty());
}

TEST(AnswerParser, two_calls_are_counted) {
  const Answer found = answer(kCall + "\n" + kOtherCall);
  EXPECT_THAT(found.call_texts(),
              ElementsAre(R"(get_weather{"days":2,"city":"Bern"})", R"(add{"b":1.50,"a":-1e3})"));
  EXPECT_EQ(found.calls[0].index, 0);
  EXPECT_EQ(found.calls[1].index, 1);
  EXPECT_NE(found.calls[0].id, found.calls[1].id);
  EXPECT_EQ(found.content, "");
}

TEST(AnswerParser, text_after_a_call_is_content) {
  const Answer found = answer(kCall + "There you go. <b>");
  EXPECT_EQ(found.call_texts().size(), 1U);
  EXPECT_EQ(found.content, "There you go. <b>");
}

TEST(AnswerParser, broken_call_is_content) {
  for (const std::string& broken :
       {std::string("<tool_call>\n{\"name\": \"get_weather\", \"arguments\": {\"city\": Bern}}\n"
                    "</tool_call>"),
        std::string("<tool_call>\n{\"name\": \"unheard_of\", \"arguments\": {}}\n</tool_call>"),
        std::string("<tool_call>\nget_weather(Bern)\n</tool_call>"),
        std::string("<tool_call>\n{\"name\": \"get_weather\", \"arguments\": {\"city\": \"Be"),
        std::string("<tool_call>\n{\"name\": \"get_w"), std::string("<tool_ca")}) {
    const Answer found = answer("Well: " + broken);
    EXPECT_EQ(found.content, "Well: " + broken);
    EXPECT_THAT(found.calls, IsEmpty());
  }
}

TEST(AnswerParser, call_before_a_broken_one_stands) {
  const Answer found = answer(kCall + "\n<tool_call>\n{\"name\": nonsense");
  EXPECT_EQ(found.call_texts().size(), 1U);
  EXPECT_THAT(found.content, testing::HasSubstr("{\"name\": nonsense"));
}

TEST(AnswerParser, call_that_breaks_off_after_its_arguments_stands) {
  const Answer found = answer(kCall.substr(0, kCall.rfind("}\n")));
  EXPECT_EQ(found.call_texts().size(), 1U);
  EXPECT_EQ(found.content, "");
}

TEST(AnswerParser, half_a_closing_tag_is_no_content) {
  const Answer found = answer(kCall.substr(0, kCall.size() - 4));
  EXPECT_EQ(found.call_texts().size(), 1U);
  EXPECT_EQ(found.content, "");
}

TEST(AnswerParser, without_tools_a_call_is_content) {
  const Answer found = answer("Look: " + kCall, false);
  EXPECT_EQ(found.content, "Look: " + kCall);
  EXPECT_THAT(found.calls, IsEmpty());
}

TEST(AnswerParser, empty_answer_is_nothing) {
  const Answer found = answer("");
  EXPECT_EQ(found.thinking + found.content, "");
}

TEST(AnswerParser, ids_are_not_drawn_twice) {
  std::set<std::string> ids;
  for (int i = 0; i < 50; ++i) ids.insert(parse(parser(), {kCall}).calls.at(0).id);
  EXPECT_EQ(ids.size(), 50U);
}

TEST(AnswerParser, any_split_gives_the_same_events_joined) {
  std::mt19937 random(12);
  const std::vector<std::string> parts = {"<think>",
                                          "</think>",
                                          "\n",
                                          "Zürich ",
                                          "a < b",
                                          "<tool_call>",
                                          "</tool_call>",
                                          kCall,
                                          kCall + "\n",
                                          kOtherCall,
                                          "{\"name\"",
                                          "\U0001F600",
                                          " ",
                                          "<",
                                          "}",
                                          "word ",
                                          "</",
                                          "<tool_call>\n{\"name\": \"add\", \"arguments\": {}}"};
  for (int round = 0; round < 60; ++round) {
    std::string text = random() % 2 == 0 ? "<think>\nhm " : "";
    for (size_t n = random() % 8; n > 0; --n) text += parts[random() % parts.size()];
    const bool tools = random() % 4 != 0;
    const Answer whole = parse(parser(tools), {text});
    const Answer single = parse(parser(tools), one_by_one(text));
    const Answer some = parse(parser(tools), at_random(text, random));
    for (const Answer* split : {&single, &some}) {
      ASSERT_EQ(split->thinking, whole.thinking) << text;
      ASSERT_EQ(split->content, whole.content) << text;
      ASSERT_EQ(split->call_texts(), whole.call_texts()) << text;
    }
  }
}

}  // namespace
}  // namespace axllama
