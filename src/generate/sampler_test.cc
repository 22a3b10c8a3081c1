#include "generate/sampler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>

#include "generate/sprout_test_vocabulary.h"

namespace axllama {
namespace {

const size_t kSize = static_cast<size_t>(sprout().size());

Sampler make(const Options& options, const Grammar& grammar = {}) {
  auto sampler = Sampler::create(sprout(), options, grammar);
  if (!sampler) throw std::runtime_error(sampler.error().text());
  return *std::move(sampler);
}

// Logits where only these tokens are worth a look.
std::vector<float> logits_of(const std::map<Token, float>& few) {
  std::vector<float> logits(kSize, -50.0F);
  for (const auto& [token, logit] : few) logits[static_cast<size_t>(token)] = logit;
  return logits;
}

// How often each token is drawn where only these have logits.
std::map<Token, int> counts(Sampler& sampler, const std::map<Token, float>& few, int draws) {
  std::vector<uint32_t> ids;
  std::vector<float> values;
  for (const auto& [token, logit] : few) {
    ids.push_back(static_cast<uint32_t>(token));
    values.push_back(logit);
  }
  const std::vector<uint16_t> bf16 = to_bf16(values);
  std::map<Token, int> counts;
  for (int i = 0; i < draws; ++i) ++counts[sampler.draw({.bf16 = bf16, .ids = ids}).token];
  return counts;
}

std::vector<Token> some_draws(const Options& options) {
  std::mt19937 random(9);
  Sampler sampler = make(options);
  std::vector<Token> tokens;
  for (int i = 0; i < 50; ++i)
    tokens.push_back(sampler.draw({.f32 = random_logits(random, kSize)}).token);
  return tokens;
}

const Options kPlain{.temperature = 1, .top_k = 0, .top_p = 1, .seed = 42};

TEST(Sampler, draws_follow_the_softmax) {
  const std::map<Token, float> few = {{10, 0.0F}, {20, 1.0F}, {30, 2.0F}, {40, 0.5F}};
  Sampler sampler = make(kPlain);
  const int draws = 20'000;
  std::map<Token, int> found = counts(sampler, few, draws);
  double sum = 0;
  for (const auto& [token, logit] : few) sum += std::exp(logit);
  double chi_squared = 0;
  for (const auto& [token, logit] : few) {
    const double expected = draws * std::exp(logit) / sum;
    chi_squared += std::pow(found[token] - expected, 2) / expected;
  }
  EXPECT_LT(chi_squared, 16.3);  // three degrees of freedom: once in a thousand seeds
}

TEST(Sampler, temperature_sharpens) {
  Options options = kPlain;
  options.temperature = 0.5;
  Sampler sampler = make(options);
  std::map<Token, int> found = counts(sampler, {{1, 0.0F}, {2, 1.0F}}, 20'000);
  EXPECT_NEAR(found[2] / 20'000.0, 1 / (1 + std::exp(-2.0)), 0.01);
}

TEST(Sampler, same_seed_gives_the_same_draws) {
  EXPECT_EQ(some_draws({.seed = 7}), some_draws({.seed = 7}));
  EXPECT_NE(some_draws({.seed = 7}), some_draws({.seed = 8}));
}

TEST(Sampler, seed_of_minus_one_is_made_up) {
  EXPECT_NE(make({.seed = -1}).seed(), make({.seed = -1}).seed());
  EXPECT_EQ(make({.seed = 0}).seed(), 0U);
  const auto made_up = make({.seed = -1}).seed();
  EXPECT_EQ(some_draws({.seed = made_up}), some_draws({.seed = made_up}));
}

TEST(Sampler, top_k_keeps_the_likeliest) {
  Options options = kPlain;
  options.top_k = 2;
  Sampler sampler = make(options);
  const auto found = counts(sampler, {{1, 1.0F}, {2, 1.1F}, {3, 1.2F}}, 2000);
  EXPECT_EQ(found.size(), 2U);
  EXPECT_FALSE(found.contains(1));
}

TEST(Sampler, top_k_of_nothing_or_less_keeps_all) {
  for (const int64_t off : {0, -1, -40}) {
    Options options = kPlain;
    options.top_k = off;
    Sampler sampler = make(options);
    std::map<Token, float> flat;
    for (Token token = 0; token < 500; ++token) flat[token] = 0;
    EXPECT_GT(counts(sampler, flat, 2000).size(), 400U);
  }
}

TEST(Sampler, top_p_keeps_the_head) {
  Options options = kPlain;
  options.top_p = 0.7;
  Sampler sampler = make(options);
  const auto found = counts(sampler, {{1, 0.0F}, {2, 1.0F}, {3, 2.0F}}, 2000);
  EXPECT_EQ(found.size(), 2U);
  EXPECT_FALSE(found.contains(1));
}

TEST(Sampler, min_p_drops_what_is_far_below_the_best) {
  Options options = kPlain;
  options.min_p = 0.3;
  Sampler sampler = make(options);
  const auto found = counts(sampler, {{1, 0.0F}, {2, 1.0F}, {3, 2.0F}}, 2000);
  EXPECT_EQ(found.size(), 2U);
  EXPECT_FALSE(found.contains(1));
}

TEST(Sampler, typical_p_keeps_what_is_as_likely_as_expected) {
  Options options = kPlain;
  options.typical_p = 0.2;
  Sampler sampler = make(options);
  std::map<Token, float> few = {{0, 3.0F}};
  for (Token token = 1; token < 60; ++token) few[token] = 0.0F;
  const auto found = counts(sampler, few, 500);
  EXPECT_FALSE(found.contains(0)) << "the likeliest is the least typical here";
}

TEST(Sampler, no_temperature_takes_the_likeliest) {
  for (const double temperature : {0.0, -1.0}) {
    Options options{.temperature = temperature, .seed = 1};
    Sampler sampler = make(options);
    EXPECT_EQ(sampler.draw({.f32 = logits_of({{7, 2.0F}, {9, 2.1F}})}).token, 9);
  }
}

TEST(Sampler, likeliest_of_equals_is_the_lowest_id) {
  Sampler sampler = make({.temperature = 0});
  EXPECT_EQ(sampler.draw({.f32 = logits_of({{7, 2.0F}, {900, 2.0F}, {300, 2.0F}})}).token, 7);
  const std::vector<float> flat(kSize, 1.0F);
  EXPECT_EQ(sampler.draw({.f32 = flat}).token, 0);
}

// Draws and logprobs of rows of bf16, and of the same numbers as floats.
void expect_bf16_as_good(const Options& options, const Grammar& grammar = {}) {
  std::mt19937 random(10);
  Sampler halves = make(options, grammar);
  Sampler wholes = make(options, grammar);
  for (int i = 0; i < 60; ++i) {
    std::vector<float> logits = random_logits(random, kSize);
    const std::vector<uint16_t> bf16 = to_bf16(logits);
    for (size_t id = 0; id < kSize; ++id)
      logits[id] = std::bit_cast<float>(static_cast<uint32_t>(bf16[id]) << 16);
    const Draw half = halves.draw({.bf16 = bf16}, 5);
    const Draw whole = wholes.draw({.f32 = logits}, 5);
    ASSERT_EQ(half.token, whole.token);
    ASSERT_EQ(half.logprob, whole.logprob);
  }
}

TEST(Sampler, bf16_draws_what_the_same_numbers_draw) {
  for (const Options& options :
       {Options{.seed = 3}, Options{.temperature = 0}, Options{.top_k = 0, .seed = 3},
        Options{.top_k = 500, .top_p = 1, .min_p = 0.01, .seed = 3},
        Options{.typical_p = 0.8, .seed = 3}, Options{.repeat_penalty = 1.2, .seed = 3},
        Options{.temperature = 0, .presence_penalty = 1.5, .frequency_penalty = 0.5},
        Options{.top_k = 0, .repeat_penalty = 0.8, .seed = 3}}) {
    expect_bf16_as_good(options);
    expect_bf16_as_good(options, {.gbnf = "root ::= [a-z ]+"});
  }
}

TEST(Sampler, a_selection_draws_what_all_logits_draw) {
  std::mt19937 random(11);
  Sampler part = make({.seed = 3});
  Sampler whole = make({.seed = 3});
  for (int i = 0; i < 100; ++i) {
    const std::vector<uint16_t> bf16 = to_bf16(random_logits(random, kSize));
    std::vector<uint32_t> ids;
    std::vector<uint16_t> values;
    for (uint32_t id = 0; id < kSize; ++id) {
      if (bf16[id] >= 0x8000 || bf16[id] < 0x4080) continue;  // 4.0
      ids.push_back(id);
      values.push_back(bf16[id]);
    }
    EXPECT_EQ(part.draw({.bf16 = values, .ids = ids}).token, whole.draw({.bf16 = bf16}).token);
  }
}

TEST(Sampler, penalties_reach_prompt_and_answer) {
  Sampler sampler = make({.temperature = 0, .repeat_penalty = 2.0});
  const std::vector<float> logits = logits_of({{1, 4.0F}, {2, 3.0F}, {3, 2.5F}});
  sampler.accept_prompt({1});
  EXPECT_EQ(sampler.draw({.f32 = logits}).token, 2);
  EXPECT_EQ(sampler.draw({.f32 = logits}).token, 3);
  EXPECT_EQ(sampler.draw({.f32 = logits}).token, 1);
}

TEST(Sampler, penalty_that_rewards_can_lift_any_token) {
  Sampler sampler = make({.temperature = 0, .presence_penalty = -100});
  sampler.accept_prompt({1500});
  EXPECT_EQ(sampler.draw({.f32 = logits_of({{1, 9.0F}})}).token, 1500);
}

TEST(Sampler, repeat_last_n_of_nothing_looks_at_nothing) {
  Sampler sampler = make({.temperature = 0, .repeat_last_n = 0, .repeat_penalty = 2.0});
  sampler.accept_prompt({1});
  EXPECT_EQ(sampler.draw({.f32 = logits_of({{1, 4.0F}, {2, 3.0F}})}).token, 1);
}

TEST(Sampler, refuses_options_that_make_no_sense) {
  for (const Options& options :
       {Options{.repeat_penalty = 0}, Options{.repeat_penalty = -1},
        Options{.repeat_penalty = std::nan("")}, Options{.frequency_penalty = INFINITY},
        Options{.temperature = std::nan("")}}) {
    const auto sampler = Sampler::create(sprout(), options);
    ASSERT_FALSE(sampler.has_value());
    EXPECT_EQ(sampler.error().code, ErrorCode::kInvalidArgument);
  }
}

TEST(Sampler, logprobs_are_of_the_raw_logits) {
  Sampler sampler = make({.temperature = 0.01, .top_k = 1, .repeat_penalty = 1.5});
  sampler.accept_prompt({3});
  std::vector<float> logits(kSize, -INFINITY);
  logits[3] = 1;
  logits[4] = 0.9F;
  const Draw draw = sampler.draw({.f32 = logits}, 2);
  EXPECT_EQ(draw.token, 4);
  const double total = std::log(std::exp(1.0) + std::exp(0.9));
  EXPECT_NEAR(draw.logprob.logprob, 0.9 - total, 1e-5);
  ASSERT_EQ(draw.logprob.top.size(), 2U);
  EXPECT_NEAR(draw.logprob.top[0].logprob, 1 - total, 1e-5);
}

TEST(Sampler, logits_without_a_number_end_the_answer) {
  Sampler sampler = make({});
  const std::vector<float> broken(kSize, std::nanf(""));
  EXPECT_EQ(sampler.draw({.f32 = broken}).token, sprout().eos());
}

}  // namespace
}  // namespace axllama
