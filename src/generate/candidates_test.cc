#include "generate/candidates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <llama.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "generate/sprout_test_vocabulary.h"

namespace axllama {
namespace {

using testing::ElementsAre;

std::vector<Token> ids_of(const std::vector<Candidate>& candidates) {
  std::vector<Token> ids;
  for (const Candidate& candidate : candidates) ids.push_back(candidate.id);
  return ids;
}

std::vector<Token> ids_of_largest(const std::vector<float>& values, size_t count) {
  std::vector<Token> ids(values.size());
  std::iota(ids.begin(), ids.end(), 0);
  std::ranges::stable_sort(ids, std::greater<>(),
                           [&](Token id) { return values[static_cast<size_t>(id)]; });
  ids.resize(count);
  return ids;
}

TEST(Candidates, best_hold_the_largest_of_random_logits) {
  std::mt19937 random(1);
  for (const size_t size : {7U, 100U, 2048U, 20'000U}) {
    const std::vector<float> values = random_logits(random, size);
    for (const size_t count : {1U, 2U, 40U, 300U}) {
      std::vector<Candidate> best;
      take_best({.f32 = values}, static_cast<int>(size), count, {}, best);
      const std::vector<Token> ids = ids_of(best);
      ASSERT_TRUE(std::ranges::is_sorted(ids));
      for (const Token id : ids_of_largest(values, std::min(count, size)))
        ASSERT_TRUE(std::ranges::binary_search(ids, id)) << size << " " << count << " " << id;
    }
  }
}

TEST(Candidates, best_are_few) {
  std::mt19937 random(2);
  const std::vector<float> values = random_logits(random, 151'936);
  std::vector<Candidate> best;
  take_best({.f32 = values}, 151'936, 40, {}, best);
  EXPECT_GE(best.size(), 40U);
  EXPECT_LT(best.size(), 45U);  // equals of the last come along
}

TEST(Candidates, best_of_bf16_hold_the_largest) {
  std::mt19937 random(3);
  const std::vector<uint16_t> halves = to_bf16(random_logits(random, 5000));
  std::vector<float> values;
  for (const uint16_t half : halves)
    values.push_back(std::bit_cast<float>(static_cast<uint32_t>(half) << 16));
  std::vector<Candidate> best;
  take_best({.bf16 = halves}, 5000, 20, {}, best);
  std::vector<float> found;
  for (const Candidate& candidate : best) {
    EXPECT_EQ(candidate.logit, values[static_cast<size_t>(candidate.id)]);
    found.push_back(candidate.logit);
  }
  std::ranges::sort(found, std::greater<>());
  std::ranges::sort(values, std::greater<>());
  EXPECT_TRUE(std::equal(values.begin(), values.begin() + 20, found.begin()));
}

TEST(Candidates, every_bf16_becomes_exactly_its_number) {
  for (uint32_t half = 0; half <= 0xffff; ++half) {
    const auto value = static_cast<uint16_t>(half);
    const float logit = logit_at({.bf16 = std::span(&value, 1)}, 0);
    EXPECT_EQ(std::bit_cast<uint32_t>(logit), half << 16);
  }
}

TEST(Candidates, tokens_asked_for_come_along) {
  std::mt19937 random(4);
  const std::vector<float> values = random_logits(random, 5000);
  const std::vector<Token> also = {0, 17, 4999};
  std::vector<Candidate> best;
  take_best({.f32 = values}, 5000, 1, also, best);
  for (const Token token : also) {
    const Candidate* candidate = find_candidate(best, token);
    ASSERT_NE(candidate, nullptr);
    EXPECT_EQ(candidate->logit, values[static_cast<size_t>(token)]);
  }
  EXPECT_TRUE(std::ranges::is_sorted(ids_of(best)));
  const std::vector<Token> ids = ids_of(best);
  EXPECT_EQ(std::ranges::adjacent_find(ids), ids.end());
}

TEST(Candidates, ids_name_the_tokens_of_a_selection) {
  const std::vector<uint16_t> halves = to_bf16({1, 4, 2});
  const std::vector<uint32_t> ids = {900, 30, 500};
  std::vector<Candidate> all;
  take_all({.bf16 = halves, .ids = ids}, 2048, all);
  EXPECT_THAT(ids_of(all), ElementsAre(30, 500, 900));
  EXPECT_EQ(all[0].logit, 4);
  std::vector<Candidate> best;
  const std::vector<Token> also = {30, 31};
  take_best({.bf16 = halves, .ids = ids}, 2048, 1, also, best);
  EXPECT_THAT(ids_of(best), ElementsAre(30, 500, 900));
}

TEST(Candidates, what_lies_past_the_vocabulary_is_padding) {
  const std::vector<float> values = {1, 2, 3, 9, 9};
  std::vector<Candidate> candidates;
  take_all({.f32 = values}, 3, candidates);
  EXPECT_THAT(ids_of(candidates), ElementsAre(0, 1, 2));
  take_best({.f32 = values}, 3, 1, {}, candidates);
  EXPECT_THAT(ids_of(candidates), ElementsAre(2));
  const std::vector<uint16_t> halves = to_bf16({1, 2});
  const std::vector<uint32_t> ids = {1, 4'000'000'000U};
  take_all({.bf16 = halves, .ids = ids}, 3, candidates);
  EXPECT_THAT(ids_of(candidates), ElementsAre(1));
}

TEST(Candidates, logits_that_are_no_numbers_are_left_out) {
  std::vector<float> values(100, 1.0F);
  values[3] = std::nanf("");
  values[50] = -std::nanf("");
  std::vector<Candidate> candidates;
  take_all({.f32 = values}, 100, candidates);
  EXPECT_EQ(candidates.size(), 98U);
  take_best({.f32 = values}, 100, 1, {}, candidates);
  EXPECT_EQ(candidates.size(), 98U);
}

TEST(Candidates, infinities_keep_their_places) {
  std::vector<float> values(320, -std::numeric_limits<float>::infinity());
  values[77] = -5;
  values[200] = std::numeric_limits<float>::infinity();
  std::vector<Candidate> best;
  take_best({.f32 = values}, 320, 2, {}, best);
  EXPECT_THAT(ids_of(best), ElementsAre(77, 200));
}

TEST(Candidates, zeros_of_either_sign_are_equals) {
  std::vector<float> values(5000, -1.0F);
  values[7] = values[4000] = -0.0F;
  values[9] = 0.0F;
  const std::vector<uint16_t> halves = to_bf16(values);
  for (const Logits& logits : {Logits{.f32 = values}, Logits{.bf16 = halves}}) {
    std::vector<Candidate> best;
    take_best(logits, 5000, 1, {}, best);
    EXPECT_THAT(ids_of(best), ElementsAre(7, 9, 4000));
  }
}

TEST(Candidates, no_logits_give_no_candidates) {
  std::vector<Candidate> candidates;
  take_best({}, 100, 40, {}, candidates);
  EXPECT_TRUE(candidates.empty());
  take_all({}, 100, candidates);
  EXPECT_TRUE(candidates.empty());
}

}  // namespace
}  // namespace axllama
