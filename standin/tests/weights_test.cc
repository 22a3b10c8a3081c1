// How near the stand-in comes to the CPU engine with each kind of weights: all prompts, with the
// CPU engine's tokens fed to both, token by token.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "standin/tests/cpu_tokens.h"
#include "standin/tests/reference_loop.h"

namespace axllama::standin {
namespace {

struct Nearness {
  int tokens = 0;
  int same = 0;          // tokens that both would choose
  double error_sum = 0;  // over all logits
  double most = 0;
  size_t logits = 0;
  double agreement() const { return 100.0 * same / tokens; }
  double mean() const { return error_sum / static_cast<double>(logits); }
};

void compare(const HeadOutput& got, const std::vector<float>& want, int32_t token, Nearness& sum) {
  ++sum.tokens;
  sum.same += got.best() == token ? 1 : 0;
  for (size_t i = 0; i < want.size(); ++i) {
    const double error = std::abs(HeadOutput::number(got.logits[i]) - want[i]);
    sum.error_sum += error;
    sum.most = std::max(sum.most, error);
  }
  sum.logits += want.size();
}

Nearness measure(const std::string& options) {
  ReferenceLoop loop(card(), packed_sprout(options));
  Nearness sum;
  for (size_t i = 0; i < prompts().size(); ++i) {
    const CpuAnswer& answer = cpu_answers()[i];
    loop.forget();
    HeadOutput got = loop.prefill(encoded(prompts()[i]));
    for (size_t t = 0; t < answer.tokens.size(); ++t) {
      if (t > 0) got = loop.decode(answer.tokens[t - 1]);
      compare(got, answer.logits[t], answer.tokens[t], sum);
    }
  }
  std::printf(
      "%s: %d of %d tokens agree (%.1f %%); logits differ by %.3f in the mean, %.3f at most\n",
      options.c_str(), sum.same, sum.tokens, sum.agreement(), sum.mean(), sum.most);
  return sum;
}

TEST(Weights, bf16_agrees_in_every_token) {
  const Nearness bf16 = measure("--weights bf16");
  EXPECT_EQ(bf16.same, bf16.tokens);
  EXPECT_LT(bf16.mean(), 0.05);
}

TEST(Weights, int8_agrees_nearly_always) {
  const Nearness int8 = measure("--weights int8");
  EXPECT_GT(int8.agreement(), 97);
  EXPECT_LT(int8.mean(), 0.1);
}

TEST(Weights, int4_agrees_mostly) {
  const Nearness int4 = measure("--weights int4");
  EXPECT_GT(int4.agreement(), 95);
  EXPECT_LT(int4.mean(), 0.6);
}

}  // namespace
}  // namespace axllama::standin
