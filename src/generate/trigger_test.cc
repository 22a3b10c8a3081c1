#include "generate/trigger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "generate/sprout_test_vocabulary.h"

namespace axllama {
namespace {

using testing::IsEmpty;

// Everything that the grammar would hear of this text, and whether it woke.
struct Heard {
  std::string text;
  bool awake;
};

Heard hear(const Grammar& grammar, const std::string& answer) {
  Trigger trigger(sprout(), grammar);
  Heard heard{};
  for (const Token token : sprout().encode(answer, false, true)) {
    const std::vector<Token> tokens =
        trigger.awake() ? std::vector<Token>{token} : trigger.hear(token);
    heard.text += sprout().decode(tokens, true);
  }
  heard.awake = trigger.awake();
  return heard;
}

TEST(Trigger, word_wakes_and_is_heard_itself) {
  const Grammar grammar{.trigger_words = {"<tool_call>\n"}};
  const Heard heard = hear(grammar, "Let me see.\n<tool_call>\n{\"name\"");
  EXPECT_TRUE(heard.awake);
  EXPECT_EQ(heard.text, "<tool_call>\n{\"name\"");
}

TEST(Trigger, word_may_lie_across_tokens) {
  const Heard heard = hear({.trigger_words = {"[TOOL_CALLS]"}}, "Hm, well: [TOOL_CALLS]add");
  EXPECT_TRUE(heard.awake);
  EXPECT_THAT(heard.text, testing::HasSubstr("[TOOL_CALLS]add"));
  EXPECT_THAT(heard.text, testing::Not(testing::HasSubstr("Hm")));
}

TEST(Trigger, half_a_word_wakes_nobody) {
  const Heard heard = hear({.trigger_words = {"<tool_call>\n"}}, "<tool_call> is a tag");
  EXPECT_FALSE(heard.awake);
  EXPECT_THAT(heard.text, IsEmpty());
}

TEST(Trigger, token_wakes) {
  const Token token = sprout().encode("<tool_call>", false, true).at(0);
  const Heard heard = hear({.trigger_tokens = {token}}, "So: <tool_call>\n{}");
  EXPECT_TRUE(heard.awake);
  EXPECT_EQ(heard.text, "<tool_call>\n{}");
}

Grammar thinking_grammar() {
  return {.trigger_words = {"<tool_call>\n"},
          .thinking_start = "<think>",
          .thinking_ends = {"</think>"}};
}

TEST(Trigger, thinking_is_not_listened_to) {
  const Heard heard = hear(thinking_grammar(), "<think>\n<tool_call>\nno</think>\n\nhello");
  EXPECT_FALSE(heard.awake);
}

TEST(Trigger, word_after_thinking_wakes) {
  const Heard heard =
      hear(thinking_grammar(), "<think>\n<tool_call>\nno</think>\n\n<tool_call>\n{}");
  EXPECT_TRUE(heard.awake);
  EXPECT_EQ(heard.text, "<tool_call>\n{}");
}

TEST(Trigger, thinking_may_have_begun_in_the_prompt) {
  Grammar grammar = thinking_grammar();
  grammar.already = "<|im_start|>assistant\n<think>\n";
  EXPECT_FALSE(hear(grammar, "<tool_call>\n").awake);
  EXPECT_TRUE(hear(grammar, "hm</think><tool_call>\n").awake);
  grammar.already += "\n</think>\n\n";
  EXPECT_TRUE(hear(grammar, "<tool_call>\n").awake);
}

TEST(Trigger, end_of_thinking_may_be_the_word) {
  Grammar grammar = thinking_grammar();
  grammar.thinking_ends = {"</think>", "<tool_call>"};
  const Heard heard = hear(grammar, "<think>\nI call <tool_call>\n{}");
  EXPECT_TRUE(heard.awake);
  EXPECT_EQ(heard.text, "<tool_call>\n{}");
}

TEST(Trigger, patterns_hear_all_but_the_thinking) {
  Grammar grammar = thinking_grammar();
  grammar.trigger_patterns = {"^x$"};
  const Heard heard = hear(grammar, "a<think>\nhm</think>b");
  EXPECT_FALSE(heard.awake);
  EXPECT_EQ(heard.text, "a</think>b");
}

TEST(Trigger, tail_stays_short_over_a_long_answer) {
  std::string answer;
  for (int i = 0; i < 1000; ++i) answer += "a < b ";
  const Heard heard = hear(thinking_grammar(), answer + "<tool_call>\n{}");
  EXPECT_EQ(heard.text, "<tool_call>\n{}");
}

}  // namespace
}  // namespace axllama
