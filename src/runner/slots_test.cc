#include "runner/slots.h"

#include <gtest/gtest.h>

namespace axllama::runner {
namespace {

using Tokens = std::vector<Token>;

TEST(Slots, common_prefix_ends_at_the_first_difference) {
  EXPECT_EQ(common_prefix(Tokens{1, 2, 3}, Tokens{1, 2, 4}), 2U);
  EXPECT_EQ(common_prefix(Tokens{1, 2}, Tokens{1, 2, 4}), 2U);
  EXPECT_EQ(common_prefix(Tokens{}, Tokens{1}), 0U);
}

TEST(Slots, slot_with_longest_common_prefix_wins) {
  const Tokens a = {1, 2, 9}, b = {1, 2, 3}, prompt = {1, 2, 3, 4};
  const SlotView slots[] = {{a, false, 1}, {b, false, 2}};
  const auto choice = choose_slot(slots, prompt);
  EXPECT_EQ(choice->slot, 1);
  EXPECT_EQ(choice->reuse, 3);
}

TEST(Slots, of_an_image_all_or_nothing_is_reused) {
  Prompt old{.tokens = {1, 2}}, prompt{.tokens = {1, 2}};
  add_image(old, std::make_shared<ImageChunk>(20, "a"));
  add_image(prompt, std::make_shared<ImageChunk>(20, "a"));
  prompt.tokens.push_back(3);
  const Tokens part(old.tokens.begin(), old.tokens.begin() + 10);
  const SlotView whole[] = {{old.tokens, false, 1}}, cut[] = {{part, false, 1}};
  EXPECT_EQ(choose_slot(whole, prompt.tokens)->reuse, 22);
  EXPECT_EQ(choose_slot(cut, prompt.tokens)->reuse, 2);
}

TEST(Slots, busy_slots_are_not_chosen) {
  const Tokens a = {1, 2, 3}, b = {7};
  const SlotView slots[] = {{a, true, 1}, {b, false, 2}};
  EXPECT_EQ(choose_slot(slots, Tokens{1, 2, 3, 4})->slot, 1);
  const SlotView all_busy[] = {{a, true, 1}};
  EXPECT_FALSE(choose_slot(all_busy, Tokens{1}));
}

TEST(Slots, without_a_worthy_prefix_the_longest_unused_slot_is_taken) {
  Tokens conversation(50, 5), prompt(50, 6);
  conversation[0] = prompt[0] = 1;
  const Tokens other = {2};
  const SlotView slots[] = {{conversation, false, 9}, {other, false, 3}};
  EXPECT_EQ(choose_slot(slots, prompt)->slot, 1);
}

TEST(Slots, the_longest_unused_slot_is_an_idle_one) {
  const SlotView slots[] = {{{}, true, 1}, {{}, false, 5}, {{}, false, 3}};
  EXPECT_EQ(longest_unused(slots), 2);
  EXPECT_EQ(longest_unused(std::span(slots).first(1)), std::nullopt);
}

TEST(Slots, one_token_is_always_left_to_evaluate) {
  const Tokens tokens = {1, 2, 3};
  const SlotView slots[] = {{tokens, false, 1}};
  EXPECT_EQ(choose_slot(slots, tokens)->reuse, 2);
  EXPECT_EQ(choose_slot(slots, Tokens{1})->reuse, 0);
}

}  // namespace
}  // namespace axllama::runner
