#include "runner/parking.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

namespace axllama::runner {
namespace {

using testing::ElementsAre;
using testing::Eq;
using testing::Optional;
using Tokens = std::vector<Token>;

// `count` tokens from `first` on.
Tokens run(Token first, int count) {
  Tokens tokens(static_cast<size_t>(count));
  std::iota(tokens.begin(), tokens.end(), first);
  return tokens;
}

Tokens operator+(Tokens a, const Tokens& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

const Tokens kSystem = run(0, 50);
const Tokens kA = kSystem + run(1000, 100);
const Tokens kB = kSystem + run(2000, 100);

TEST(Parking, what_another_conversation_overwrites_is_worth_parking) {
  struct Row {
    const char* what;
    size_t tokens, prompt, shared;
    bool worth;
  };
  for (const Row& row : {
           Row{"an empty slot", 0, 0, 0, false},
           Row{"another conversation", 150, 100, 0, true},
           Row{"another one with the same system prompt", 150, 100, 50, true},
           Row{"too little is lost", 31, 20, 0, false},
           Row{"just enough is lost", 32, 20, 0, true},
           Row{"too little is lost behind the system prompt", 81, 81, 50, false},
           Row{"a short question with a long answer", 300, 10, 3, true},
           Row{"the next turn", 150, 100, 150, false},
           Row{"the next turn, the thoughts cut out", 400, 100, 100, false},
           Row{"the next turn, the template's end written otherwise", 400, 100, 96, false},
           Row{"the same question again", 150, 100, 99, false},
           Row{"its first message was changed", 400, 100, 60, true},
           Row{"a shift has cut it", 150, 0, 0, false},
           Row{"a prompt that was canceled half way, and comes again", 60, 100, 60, false},
           Row{"a prompt that was canceled half way", 60, 100, 10, true},
       }) {
    const Tokens tokens = run(0, static_cast<int>(row.tokens));
    EXPECT_EQ(is_worth_parking({tokens, row.prompt}, row.shared), row.worth) << row.what;
  }
}

TEST(Parking, a_parked_one_that_begins_with_the_tokens_holds_them) {
  const ParkedView parked[] = {{{kA, 1}}, {{kB, 1}}};
  EXPECT_THAT(parked_with(parked, run(0, 50)), Optional(0U));
  EXPECT_THAT(parked_with(parked, kB), Optional(1U));
  EXPECT_EQ(parked_with(parked, kB + Tokens{1}), std::nullopt);
}

TEST(Parking, the_longest_common_prefix_serves) {
  const ParkedView parked[] = {{{kA, 1}, 1, 2}, {{kB, 1}, 1, 1}};
  const auto choice = choose_parked(parked, kB + run(5, 10), 0, true);
  ASSERT_TRUE(choice);
  EXPECT_EQ(choice->parked, 1U);
  EXPECT_EQ(choice->reuse, 150);
}

TEST(Parking, of_two_alike_the_newer_serves) {
  const Tokens prompt = kSystem + run(7000, 9);
  const ParkedView parked[] = {{{kA, 1}, 1, 2}, {{kB, 1}, 1, 3}, {{kA, 1}, 1, 1}};
  const auto choice = choose_parked(parked, prompt, 0, true);
  ASSERT_TRUE(choice);
  EXPECT_EQ(choice->parked, 1U);
  EXPECT_EQ(choice->reuse, 50);
}

TEST(Parking, a_slot_that_serves_nearly_as_well_is_left_alone) {
  const ParkedView parked[] = {{{kA, 1}}};
  EXPECT_TRUE(choose_parked(parked, kA + Tokens{1}, 150 - 32, true));
  EXPECT_FALSE(choose_parked(parked, kA + Tokens{1}, 150 - 31, true));
  EXPECT_FALSE(choose_parked(parked, run(9000, 100), 0, true));
  EXPECT_FALSE(choose_parked({}, kA, 0, true));
}

TEST(Parking, one_token_is_always_left_to_evaluate) {
  const ParkedView parked[] = {{{kA, 1}}};
  EXPECT_EQ(choose_parked(parked, kA, 0, true)->reuse, 149);
  EXPECT_FALSE(choose_parked(parked, {}, 0, true));
}

TEST(Parking, without_parts_only_a_whole_one_serves) {
  const ParkedView parked[] = {{{kA, 1}, 1, 9}, {{kSystem, 1}, 1, 1}};
  const Tokens prompt = kSystem + run(7000, 9);
  EXPECT_EQ(choose_parked(parked, prompt, 0, false)->parked, 1U);
  EXPECT_EQ(choose_parked(parked, kA + Tokens{1}, 0, false)->parked, 0U);
  EXPECT_EQ(choose_parked(parked, kA, 0, false)->parked, 1U);  // all of kA would leave nothing
}

TEST(Parking, what_fits_drops_nothing) {
  const ParkedView parked[] = {{{kA, 1}, 40, 1}};
  EXPECT_THAT(choose_dropped(parked, kB, 60, 100, true), Optional(ElementsAre()));
}

TEST(Parking, those_unused_longest_are_dropped_and_no_more_than_needed) {
  const Tokens c = run(3000, 50);
  const ParkedView parked[] = {{{kA, 1}, 40, 3}, {{kB, 1}, 30, 1}, {{c, 1}, 30, 2}};
  const Tokens incoming = run(4000, 50);
  EXPECT_THAT(choose_dropped(parked, incoming, 30, 100, true), Optional(ElementsAre(1)));
  EXPECT_THAT(choose_dropped(parked, incoming, 31, 100, true), Optional(ElementsAre(1, 2)));
  EXPECT_THAT(choose_dropped(parked, incoming, 100, 100, true), Optional(ElementsAre(1, 2, 0)));
}

TEST(Parking, beginnings_of_what_comes_are_dropped_first) {
  const Tokens longer = kA + run(8000, 10);
  const ParkedView parked[] = {{{kB, 1}, 50, 1}, {{kA, 1}, 50, 9}};
  EXPECT_THAT(choose_dropped(parked, longer, 50, 100, true), Optional(ElementsAre(1)));
  EXPECT_THAT(choose_dropped(parked, longer, 50, 100, false), Optional(ElementsAre(0)));
}

TEST(Parking, what_is_larger_than_the_budget_drops_nothing) {
  const ParkedView parked[] = {{{kA, 1}, 40, 1}};
  EXPECT_EQ(choose_dropped(parked, kB, 101, 100, true), std::nullopt);
}

}  // namespace
}  // namespace axllama::runner
