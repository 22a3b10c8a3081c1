#include "generate/scan_bf16.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <random>
#include <vector>

namespace axllama {
namespace {

float number(uint16_t bits) {
  return std::bit_cast<float>(static_cast<uint32_t>(bits) << 16);
}

TEST(ScanBf16, order_is_that_of_the_numbers) {
  for (uint32_t a = 0; a <= 0xffff; a += 7) {
    for (uint32_t b = 0; b <= 0xffff; b += 61) {
      const float x = number(static_cast<uint16_t>(a));
      const float y = number(static_cast<uint16_t>(b));
      const int16_t order_of_x = order_of_bf16(static_cast<uint16_t>(a));
      const int16_t order_of_y = order_of_bf16(static_cast<uint16_t>(b));
      ASSERT_EQ(order_of_x == kNoNumber<int16_t>, std::isnan(x));
      if (std::isnan(x) || std::isnan(y)) continue;
      ASSERT_EQ(x < y, order_of_x < order_of_y) << x << " " << y;
      ASSERT_EQ(x == y, order_of_x == order_of_y) << x << " " << y;
    }
  }
}

TEST(ScanBf16, every_kernel_orders_every_value) {
  std::vector<uint16_t> values(1 << 16);
  for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<uint16_t>(i);
  std::vector<uint16_t> same(kGroup);  // so that no block's maximum hides another value
  for (const Bf16Scan& scan : bf16_scans()) {
    for (const uint16_t value : values) {
      std::ranges::fill(same, value);
      std::vector<int16_t> maxima(kLanes);
      scan.block_maxima(same.data(), 1, maxima.data());
      ASSERT_EQ(maxima, std::vector<int16_t>(kLanes, order_of_bf16(value))) << scan.name;
    }
  }
}

TEST(ScanBf16, every_kernel_gives_what_the_portable_one_gives) {
  std::mt19937 random(1);
  std::vector<uint16_t> values(40 * kGroup + 1);
  for (uint16_t& value : values) value = static_cast<uint16_t>(random());
  for (const Bf16Scan& scan : bf16_scans()) {
    for (const size_t offset : {0, 1}) {  // not aligned either
      std::vector<int16_t> expected(40 * kLanes);
      std::vector<int16_t> found(40 * kLanes);
      scan::block_maxima_portable(values.data() + offset, 40, expected.data());
      scan.block_maxima(values.data() + offset, 40, found.data());
      EXPECT_EQ(found, expected) << scan.name;
    }
  }
}

TEST(ScanBf16, a_block_is_a_lane_of_a_group) {
  std::vector<uint16_t> values(2 * kGroup, 0xbf80);  // -1
  values[kGroup + 5 + 3 * kLanes] = 0x3f80;          // 1
  for (const Bf16Scan& scan : bf16_scans()) {
    std::vector<int16_t> maxima(2 * kLanes);
    scan.block_maxima(values.data(), 2, maxima.data());
    for (size_t block = 0; block < maxima.size(); ++block)
      EXPECT_EQ(maxima[block], block == kLanes + 5 ? 0x3f80 : -0x3f80) << scan.name;
  }
}

}  // namespace
}  // namespace axllama
