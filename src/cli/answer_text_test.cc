#include "cli/answer_text.h"

#include <gtest/gtest.h>

namespace axllama::cli {
namespace {

Chunk thinking(std::string text) {
  return {.thinking = std::move(text)};
}
Chunk content(std::string text) {
  return {.content = std::move(text)};
}

std::string shown(AnswerStyle style, const std::vector<Chunk>& chunks) {
  AnswerText text(style);
  std::string out;
  for (const Chunk& chunk : chunks) out += text.feed(chunk);
  return out + text.finish();
}

TEST(AnswerText, content_passes_as_it_is) {
  EXPECT_EQ(shown({}, {content("a"), content(" b\n")}), "a b\n");
}

TEST(AnswerText, thinking_is_marked_off) {
  EXPECT_EQ(shown({}, {thinking("hm"), thinking(" so"), content("42")}),
            "Thinking...\nhm so\n...done thinking.\n\n42");
}

TEST(AnswerText, thinking_that_ends_its_line_gets_no_second_newline) {
  EXPECT_EQ(shown({}, {thinking("hm\n"), content("42")}),
            "Thinking...\nhm\n...done thinking.\n\n42");
}

TEST(AnswerText, hidden_thinking_leaves_no_trace) {
  EXPECT_EQ(shown({.hide_thinking = true}, {thinking("hm"), content("42")}), "42");
}

TEST(AnswerText, grey_ends_with_the_thinking) {
  EXPECT_EQ(shown({.grey_thinking = true}, {thinking("hm"), content("42")}),
            "\x1b[90mThinking...\nhm\n...done thinking.\n\n\x1b[0m42");
}

TEST(AnswerText, grey_ends_when_the_answer_is_cut_short) {
  EXPECT_EQ(shown({.grey_thinking = true}, {thinking("hm")}), "\x1b[90mThinking...\nhm\x1b[0m");
}

TEST(AnswerText, keeps_what_goes_into_the_conversation) {
  AnswerText text({.hide_thinking = true});
  text.feed(thinking("hm"));
  text.feed(content("4"));
  text.feed(content("2"));
  EXPECT_EQ(text.content(), "42");
  EXPECT_EQ(text.thinking(), "hm");
}

TEST(Metrics, all_lines_in_order) {
  const Metrics metrics{.total = std::chrono::milliseconds(2500),
                        .load = std::chrono::milliseconds(10),
                        .prompt_time = std::chrono::milliseconds(500),
                        .answer_time = std::chrono::seconds(2),
                        .prompt_tokens = 10,
                        .answer_tokens = 25};
  EXPECT_EQ(metrics_text(metrics),
            "total duration:       2.5s\n"
            "load duration:        10ms\n"
            "prompt eval count:    10 token(s)\n"
            "prompt eval duration: 500ms\n"
            "prompt eval rate:     20.00 tokens/s\n"
            "eval count:           25 token(s)\n"
            "eval duration:        2s\n"
            "eval rate:            12.50 tokens/s\n");
}

TEST(Metrics, what_is_not_known_is_left_out) {
  EXPECT_EQ(metrics_text({.load = std::chrono::milliseconds(10)}), "load duration:        10ms\n");
}

}  // namespace
}  // namespace axllama::cli
