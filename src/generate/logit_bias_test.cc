#include "generate/logit_bias.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <llama.h>

#include <cmath>

#include "generate/sampler.h"
#include "generate/sprout_test_vocabulary.h"

namespace axllama {
namespace {

using testing::ElementsAre;

Result<LogitBias> make(const std::vector<TokenBias>& bias) {
  return LogitBias::create(bias, 10);
}

TEST(LogitBias, is_added_to_the_tokens_it_names) {
  std::vector<Candidate> candidates = {{1, 0.5F, 0}, {4, 1.0F, 0}, {7, 2.0F, 0}};
  make({{7, -100}, {1, 2.5}, {3, 9}})->apply(candidates);
  EXPECT_EQ(candidates[0].logit, 3.0F);
  EXPECT_EQ(candidates[1].logit, 1.0F);
  EXPECT_EQ(candidates[2].logit, -98.0F);
}

TEST(LogitBias, its_tokens_are_named_once_and_in_order) {
  EXPECT_THAT(make({{7, 1}, {1, 1}})->with({0, 1, 5}), ElementsAre(0, 1, 5, 7));
  EXPECT_THAT(make({})->with({2, 3}), ElementsAre(2, 3));
  EXPECT_THAT(make({{2, 1}})->with({}), ElementsAre(2));
}

TEST(LogitBias, what_can_not_be_meant_is_an_error) {
  EXPECT_EQ(make({{10, 1}}).error().message, "logit_bias: token 10 is not in the vocabulary of 10");
  EXPECT_EQ(make({{-1, 1}}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(make({{3, 1}, {4, 1}, {3, 2}}).error().message, "logit_bias: token 3 is named twice");
  EXPECT_FALSE(make({{3, std::nan("")}}));
  EXPECT_FALSE(make({{3, 1e300}}));
}

// Also where only the best few are looked at, and the token is far from them.
TEST(LogitBias, decides_what_is_drawn) {
  const auto size = static_cast<size_t>(sprout().size());
  std::vector<float> logits(size, -50.0F);
  logits[20] = 5.0F;
  logits[30] = 4.0F;
  for (const double temperature : {0.0, 0.5}) {
    for (const int64_t top_k : {0, 1, 40}) {
      const Options options{.temperature = temperature, .top_k = top_k, .top_p = 1, .seed = 1};
      const auto draw = [&](const std::vector<TokenBias>& bias) {
        auto sampler = Sampler::create(sprout(), options, {}, bias);
        return sampler->draw({.f32 = logits}).token;
      };
      EXPECT_EQ(draw({{20, -100}}), 30);
      EXPECT_EQ(draw({{500, 100}}), 500);
      EXPECT_EQ(draw({{20, -100}, {30, -100}, {7, 30}}), 7);
    }
  }
}

TEST(LogitBias, a_token_of_another_vocabulary_makes_no_sampler) {
  const std::vector<TokenBias> bias = {{sprout().size(), 1}};
  EXPECT_EQ(Sampler::create(sprout(), {}, {}, bias).error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace axllama
