#include "generate/logprobs.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>

#include "generate/sprout_test_vocabulary.h"

namespace axllama {
namespace {

std::vector<double> reference(const std::vector<float>& logits) {
  const double largest = *std::ranges::max_element(logits);
  double sum = 0;
  for (const double logit : logits) sum += std::exp(logit - largest);
  std::vector<double> logprobs;
  for (const double logit : logits) logprobs.push_back(logit - largest - std::log(sum));
  return logprobs;
}

TEST(Logprobs, agree_with_a_reference_in_double_precision) {
  std::mt19937 random(6);
  for (const float spread : {0.1F, 3.0F, 20.0F}) {
    const std::vector<float> logits =
        random_logits(random, static_cast<size_t>(sprout().size()), spread);
    const std::vector<double> expected = reference(logits);
    std::vector<Token> ranked(logits.size());
    std::iota(ranked.begin(), ranked.end(), 0);
    std::ranges::sort(ranked, std::greater<>(),
                      [&](Token id) { return logits[static_cast<size_t>(id)]; });
    const TokenLogprob found = logprob_of({.f32 = logits}, sprout(), 1234, 20);
    EXPECT_NEAR(found.logprob, expected[1234], 1e-5);
    EXPECT_EQ(found.token, sprout().piece(1234));
    ASSERT_EQ(found.top.size(), 20U);
    for (size_t i = 0; i < 20; ++i) {
      EXPECT_NEAR(found.top[i].logprob, expected[static_cast<size_t>(ranked[i])], 1e-5);
      EXPECT_EQ(found.top[i].token, sprout().piece(ranked[i]));
    }
  }
}

TEST(Logprobs, of_bf16_are_those_of_the_same_numbers) {
  std::mt19937 random(7);
  const std::vector<uint16_t> halves =
      to_bf16(random_logits(random, static_cast<size_t>(sprout().size())));
  std::vector<float> same;
  for (const uint16_t half : halves)
    same.push_back(std::bit_cast<float>(static_cast<uint32_t>(half) << 16));
  EXPECT_EQ(logprob_of({.bf16 = halves}, sprout(), 5, 3),
            logprob_of({.f32 = same}, sprout(), 5, 3));
}

TEST(Logprobs, no_alternatives_unless_asked_for) {
  const std::vector<float> logits(100, 0.0F);
  const TokenLogprob found = logprob_of({.f32 = logits}, sprout(), 99, 0);
  EXPECT_TRUE(found.top.empty());
  EXPECT_NEAR(found.logprob, -std::log(100.0), 1e-6);
}

TEST(Logprobs, equals_come_in_order_of_their_ids) {
  const std::vector<float> logits(200, 1.0F);
  const TokenLogprob found = logprob_of({.f32 = logits}, sprout(), 0, 3);
  ASSERT_EQ(found.top.size(), 3U);
  for (Token id = 0; id < 3; ++id)
    EXPECT_EQ(found.top[static_cast<size_t>(id)].token, sprout().piece(id));
}

TEST(Logprobs, a_share_of_nothing_is_the_lowest_float) {
  std::vector<float> logits(10, 0.0F);
  logits[4] = -std::numeric_limits<float>::infinity();
  const TokenLogprob found = logprob_of({.f32 = logits}, sprout(), 4, 10);
  EXPECT_EQ(found.logprob, std::numeric_limits<float>::lowest());
  EXPECT_EQ(found.top.back().logprob, std::numeric_limits<float>::lowest());
  EXPECT_EQ(logprob_of({.f32 = logits}, sprout(), 11, 0).logprob,
            std::numeric_limits<float>::lowest());
}

}  // namespace
}  // namespace axllama
