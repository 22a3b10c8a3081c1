#include "runner/limits.h"

#include <gtest/gtest.h>

#include <numeric>

namespace axllama::runner {
namespace {

TEST(Limits, answers_are_bounded_by_ten_contexts) {
  EXPECT_EQ(answer_limit(-1, 100), 1000);
  EXPECT_EQ(answer_limit(-2, 100), 1000);
  EXPECT_EQ(answer_limit(5000, 100), 1000);
  EXPECT_EQ(answer_limit(5, 100), 5);
  EXPECT_EQ(answer_limit(0, 100), 0);
}

TEST(Limits, kept_tokens_leave_room) {
  EXPECT_EQ(kept_tokens(4, 50, false, 100), 4);
  EXPECT_EQ(kept_tokens(4, 50, true, 100), 5);
  EXPECT_EQ(kept_tokens(0, 50, false, 100), 0);
  EXPECT_EQ(kept_tokens(1000, 50, false, 100), 96);
  EXPECT_EQ(kept_tokens(96, 50, true, 100), 96);
  EXPECT_EQ(kept_tokens(INT64_MAX, 50, true, 100), 96);
  EXPECT_EQ(kept_tokens(4, 50, false, 2), 0);
}

TEST(Limits, a_negative_num_keep_is_the_whole_prompt) {
  EXPECT_EQ(kept_tokens(-1, 50, true, 100), 50);
  EXPECT_EQ(kept_tokens(INT64_MIN, 500, false, 100), 96);
}

TEST(Limits, a_cut_prompt_has_head_and_tail_and_leaves_half_free) {
  Prompt prompt{.tokens = std::vector<Token>(300)};
  std::iota(prompt.tokens.begin(), prompt.tokens.end(), 0);
  const std::vector<Token> cut = cut_prompt(prompt, 100, 4).tokens;
  EXPECT_EQ(cut.size(), 52U);
  EXPECT_EQ(cut[3], 3);
  EXPECT_EQ(cut[4], 252);
  EXPECT_EQ(cut.back(), 299);
  prompt.tokens.resize(40);
  EXPECT_EQ(cut_prompt(prompt, 100, 4).tokens.size(), 40U);
}

TEST(Limits, a_cut_drops_images_as_a_whole) {
  Prompt prompt{.tokens = {1, 2}};
  add_image(prompt, std::make_shared<ImageChunk>(40, "head"));
  add_image(prompt, std::make_shared<ImageChunk>(40, "tail"));
  prompt.tokens.insert(prompt.tokens.end(), {3, 4});
  EXPECT_EQ(cut_prompt(prompt, 60, 4).tokens, (std::vector<Token>{1, 2, 3, 4}));
  const Prompt cut = cut_prompt(prompt, 90, 4);
  ASSERT_EQ(cut.images.size(), 1U);
  EXPECT_EQ(cut.images[0].chunk->id(), "tail");
  EXPECT_EQ(cut.images[0].begin, 2U);
}

TEST(Limits, half_of_the_unkept_is_discarded) {
  EXPECT_EQ(discarded_tokens(100, 4), 48);
  EXPECT_EQ(discarded_tokens(5, 4), 1);
}

TEST(Limits, system_and_last_messages_stay) {
  const std::vector<Message> messages = {{.role = "system", .content = ""},
                                         {.role = "user", .content = ""},
                                         {.role = "assistant", .content = ""},
                                         {.role = "user", .content = ""}};
  EXPECT_EQ(droppable_messages(messages), 2U);
  EXPECT_EQ(droppable_messages(std::span(messages).first(2)), 0U);
  EXPECT_EQ(droppable_messages({}), 0U);
}

TEST(Limits, the_oldest_messages_go_but_system_messages_and_the_last_stay) {
  const std::vector<Message> messages{{.role = "system", .content = "a"},
                                      {.role = "user", .content = "b"},
                                      {.role = "system", .content = "c"},
                                      {.role = "assistant", .content = "d"},
                                      {.role = "user", .content = "e"}};
  const auto contents = [&messages](size_t count) {
    std::string all;
    for (const Message& one : without_oldest(messages, count)) all += one.content;
    return all;
  };
  EXPECT_EQ(contents(0), "abcde");
  EXPECT_EQ(contents(1), "acde");
  EXPECT_EQ(contents(2), "ace");
  EXPECT_EQ(contents(9), "ace");
}

}  // namespace
}  // namespace axllama::runner
