#include "standin/pack/quantise.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

namespace axllama::pack {
namespace {

std::vector<float> random_rows(size_t count) {
  std::mt19937 random(7);
  std::normal_distribution<float> normal(0, 0.05F);
  std::vector<float> values(count);
  for (float& value : values) value = normal(random);
  return values;
}

int nibble(const Quantised& stored, size_t index) {
  const auto byte = static_cast<int>(stored.values[index / 2]);
  const int value = index % 2 == 0 ? byte & 0xF : byte >> 4;
  return value >= 8 ? value - 16 : value;
}

TEST(Bf16, rounds_to_nearest_and_ties_to_even) {
  EXPECT_EQ(to_bf16(1.0F), 0x3F80);
  EXPECT_EQ(to_bf16(1.0F + 1.0F / 256), 0x3F80);   // a tie: down to even
  EXPECT_EQ(to_bf16(1.0F + 3.0F / 256), 0x3F82);   // a tie: up to even
  EXPECT_EQ(to_bf16(1.0F + 1.01F / 256), 0x3F81);  // above the tie
  EXPECT_EQ(to_bf16(-2.5F), 0xC020);
  EXPECT_EQ(to_bf16(std::numeric_limits<float>::infinity()), 0x7F80);
  EXPECT_EQ(to_bf16(std::numeric_limits<float>::max()), 0x7F80);
}

TEST(Bf16, nan_stays_nan) {
  EXPECT_TRUE(std::isnan(from_bf16(to_bf16(std::nanf("")))));
  EXPECT_TRUE(std::isnan(from_bf16(to_bf16(std::bit_cast<float>(0x7F800001U)))));
}

TEST(Bf16, every_bf16_value_comes_back) {
  for (uint32_t bits = 0; bits < 0x7F80; ++bits) {
    EXPECT_EQ(to_bf16(from_bf16(static_cast<uint16_t>(bits))), bits);
  }
}

TEST(Int8, error_is_at_most_half_a_step_of_its_row) {
  constexpr int64_t kColumns = 200;
  const auto values = random_rows(3 * kColumns);
  const Quantised stored = quantise(WeightType::kInt8, values, kColumns);
  ASSERT_EQ(stored.values.size(), values.size());
  ASSERT_EQ(stored.scales.size(), 3U);
  for (size_t i = 0; i < values.size(); ++i) {
    const float scale = stored.scales[i / kColumns];
    const auto integer = static_cast<int8_t>(stored.values[i]);
    EXPECT_LE(std::abs(values[i] - static_cast<float>(integer) * scale), scale * 0.501F);
  }
}

TEST(Int4, error_is_at_most_half_a_step_of_its_group_and_the_last_group_is_short) {
  constexpr size_t kColumns = 200;
  const auto values = random_rows(3 * kColumns);
  const Quantised stored = quantise(WeightType::kInt4, values, kColumns);
  ASSERT_EQ(stored.values.size(), values.size() / 2);
  ASSERT_EQ(stored.scales.size(), 6U);
  for (size_t i = 0; i < values.size(); ++i) {
    const float scale = stored.scales[i / kColumns * 2 + i % kColumns / 128];
    EXPECT_LE(std::abs(values[i] - static_cast<float>(nibble(stored, i)) * scale), scale * 0.501F);
  }
}

TEST(Int4, low_nibble_is_first_and_negatives_are_twos_complement) {
  const std::vector<float> values = {7, -7, -1, 3};
  const Quantised stored = quantise(WeightType::kInt4, values, 4);
  EXPECT_EQ(stored.scales, std::vector<float>{1});
  EXPECT_EQ(stored.values[0], std::byte{0x97});
  EXPECT_EQ(stored.values[1], std::byte{0x3F});
}

TEST(Quantise, rows_of_zeros_have_scale_zero) {
  const std::vector<float> zeros(256, 0.0F);
  for (const WeightType type : {WeightType::kInt8, WeightType::kInt4}) {
    const Quantised stored = quantise(type, zeros, 128);
    EXPECT_EQ(stored.scales, (std::vector<float>{0, 0}));
    for (const std::byte value : stored.values) EXPECT_EQ(value, std::byte{0});
  }
}

TEST(Quantise, sizes_agree_with_what_is_made) {
  const auto values = random_rows(4 * 320);
  for (const WeightType type : {WeightType::kBf16, WeightType::kInt8, WeightType::kInt4}) {
    const Quantised stored = quantise(type, values, 320);
    EXPECT_EQ(stored.values.size(), 4 * row_bytes(type, 320));
    EXPECT_EQ(stored.scales.size(), 4 * static_cast<size_t>(scales_per_row(type, 320)));
  }
}

TEST(Quantise, names_come_back) {
  for (const char* name : {"bf16", "int8", "int4"}) {
    EXPECT_STREQ(weight_type_name(*weight_type_from_name(name)), name);
  }
  EXPECT_EQ(weight_type_from_name("fp8").error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace axllama::pack
