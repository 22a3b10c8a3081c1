#include "standin/tests/reference_loop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "standin/tests/cpu_tokens.h"

namespace axllama::standin {
namespace {

std::vector<int32_t> greedy(ReferenceLoop& loop, const std::string& prompt) {
  loop.forget();
  std::vector<int32_t> answer = {loop.prefill(encoded(prompt)).best()};
  while (std::ssize(answer) < kAnswerTokens && !cpu_engine().vocabulary().is_end(answer.back())) {
    answer.push_back(loop.decode(answer.back()).best());
  }
  return answer;
}

std::string text(const std::vector<int32_t>& tokens) {
  return cpu_engine().vocabulary().decode(tokens, true);
}

class ReferenceLoopLayouts : public testing::TestWithParam<const char*> {};

TEST_P(ReferenceLoopLayouts, fifty_prompts_get_the_tokens_of_the_cpu_engine) {
  ASSERT_EQ(prompts().size(), 50U);
  ReferenceLoop loop(card(), packed_sprout(GetParam()));
  for (size_t i = 0; i < prompts().size(); ++i) {
    EXPECT_EQ(text(greedy(loop, prompts()[i])), text(cpu_answers()[i].tokens)) << prompts()[i];
  }
}

INSTANTIATE_TEST_SUITE_P(Layouts, ReferenceLoopLayouts,
                         testing::Values("--layout flat", "--layout nested", "--layout old",
                                         "--config missing", "--decode-contexts 63,127",
                                         "--post-topk 10"));

TEST(ReferenceLoop, the_cache_can_be_filled_to_its_last_row) {
  ReferenceLoop loop(card(), packed_sprout());
  const std::vector<int32_t> tokens(224, 5);
  loop.prefill(tokens);
  HeadOutput last;
  while (loop.filled() < loop.cache_rows()) last = loop.decode(5);
  EXPECT_FALSE(last.has_nan());
  EXPECT_EQ(loop.filled(), 255U);
}

}  // namespace
}  // namespace axllama::standin
