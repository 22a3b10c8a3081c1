// Each mistake that a loop can make changes what the stand-in gives.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>

#include "standin/tests/cpu_tokens.h"
#include "standin/tests/reference_loop.h"

namespace axllama::standin {
namespace {

// Two chunks and three tokens after them, the same for all.
HeadOutput outcome(Mistake mistake) {
  ReferenceLoop loop(card(), packed_sprout(), mistake);
  std::vector<int32_t> tokens = encoded(prompts()[38] + prompts()[10]);
  EXPECT_GT(tokens.size(), 40U) << "wants a second chunk";
  const std::vector<int32_t> after(tokens.end() - 3, tokens.end());
  loop.prefill({tokens.data(), tokens.size() - 3});
  HeadOutput last;
  for (const int32_t token : after) last = loop.decode(token);
  return last;
}

float largest_change(const HeadOutput& a, const HeadOutput& b) {
  float most = 0;
  for (size_t i = 0; i < a.logits.size(); ++i) {
    most =
        std::max(most, std::abs(HeadOutput::number(a.logits[i]) - HeadOutput::number(b.logits[i])));
  }
  return most;
}

TEST(Mistakes, without_one_the_bits_are_the_same_each_time) {
  EXPECT_EQ(outcome(Mistake::kNone).logits, outcome(Mistake::kNone).logits);
}

struct Case {
  const char* name;
  Mistake mistake;
};
void PrintTo(const Case& one, std::ostream* out) {
  *out << one.name;
}

class MistakesNoticed : public testing::TestWithParam<Case> {};

TEST_P(MistakesNoticed, output_changes) {
  static const HeadOutput right = outcome(Mistake::kNone);
  const HeadOutput wrong = outcome(GetParam().mistake);
  const bool nan = wrong.has_nan();
  const float change = nan ? 0 : largest_change(right, wrong);
  std::printf("%s: %s %.3f\n", GetParam().name, nan ? "NaN" : "largest change of a logit", change);
  EXPECT_TRUE(nan || change > 0);
}

INSTANTIATE_TEST_SUITE_P(
    All, MistakesNoticed,
    testing::Values(Case{"mask_shows_empty_row", Mistake::kMaskShowsEmptyRow},
                    Case{"mask_hides_row", Mistake::kMaskHidesRow},
                    Case{"mask_hides_itself", Mistake::kMaskHidesItself},
                    Case{"chunk_mask_sees_ahead", Mistake::kChunkMaskSeesAhead},
                    Case{"history_mask_hides_row", Mistake::kHistoryMaskHidesRow},
                    Case{"key_in_wrong_slot", Mistake::kKeyInWrongSlot},
                    Case{"value_in_wrong_slot", Mistake::kValueInWrongSlot},
                    Case{"chunk_in_wrong_slot", Mistake::kChunkInWrongSlot},
                    Case{"wrong_position", Mistake::kWrongPosition},
                    Case{"wrong_chunk_position", Mistake::kWrongChunkPosition},
                    Case{"swapped_caches", Mistake::kSwappedCaches},
                    Case{"stale_hidden", Mistake::kStaleHidden}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(Mistakes, caches_that_were_not_zeroed_give_nan) {
  EXPECT_TRUE(outcome(Mistake::kCachesNotZeroed).has_nan());
}

}  // namespace
}  // namespace axllama::standin
