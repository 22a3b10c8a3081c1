// The stand-in's clock against what was measured on cards: within 10 %.
#include "standin/tests/decode_speed.h"

#include <gtest/gtest.h>

#include "standin/tests/cpu_tokens.h"
#include "standin/tests/reference_loop.h"
#include "standin/tests/shared_loop.h"

namespace axllama::standin {
namespace {

struct VirtualTime {
  VirtualTime() {
    card();
    settings("timing = virtual\n");
  }
  ~VirtualTime() { settings(""); }
};

void expect_near(const DecodeSpeed& speed, double measured) {
  std::printf("%.2f tokens/s, %llu round trips a token; measured: %.2f\n", speed.tokens_per_second,
              static_cast<unsigned long long>(speed.round_trips), measured);
  EXPECT_NEAR(speed.tokens_per_second, measured, 0.1 * measured);
}

TEST(DecodeSpeed, vendors_loop_on_qwen3_0_6b_is_as_fast_as_published) {
  const VirtualTime timing;
  const DecodeSpeed speed = vendor_speed(packed("--shape qwen3-0.6b --quant w8 --context 2047"));
  expect_near(speed, 12.9);
  EXPECT_EQ(speed.round_trips, 171U);
}

TEST(DecodeSpeed, vendors_loop_on_qwen3_4b_is_as_fast_as_published) {
  const VirtualTime timing;
  const DecodeSpeed speed = vendor_speed(packed("--shape qwen3-4b --quant w8 --context 2559"));
  expect_near(speed, 3.65);
  EXPECT_EQ(speed.round_trips, 36U * 6 + 3);
}

TEST(DecodeSpeed, shared_buffers_on_qwen3_0_6b_are_as_fast_as_measured) {
  const VirtualTime timing;
  const DecodeSpeed speed = shared_speed(packed("--shape qwen3-0.6b --quant w8 --context 2047"));
  expect_near(speed, 19.6);
  EXPECT_EQ(speed.round_trips, 28U + 5);
}

TEST(DecodeSpeed, loops_that_are_compared_say_the_same) {
  ReferenceLoop vendor(card(), packed_sprout());
  SharedLoop shared(card(), packed_sprout());
  for (const int32_t token : encoded(prompts()[0])) {
    EXPECT_EQ(vendor.decode(token).logits, shared.decode(token));
  }
}

}  // namespace
}  // namespace axllama::standin
