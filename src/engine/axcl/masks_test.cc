#include "engine/axcl/masks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <vector>

namespace axllama::npu {
namespace {

using testing::ElementsAre;
constexpr uint16_t o = kVisible;
constexpr uint16_t x = kBlocked;

TEST(Masks, blocked_is_minus_65536) {
  EXPECT_EQ(std::bit_cast<float>(uint32_t{kBlocked} << 16), -65536.0F);
}

TEST(Masks, a_decoded_token_sees_what_is_cached_and_itself) {
  std::vector<uint16_t> mask(6, 7);
  write_decode_mask(mask, 2);
  EXPECT_THAT(mask, ElementsAre(o, o, x, x, x, o));
  write_decode_mask(mask, 5);
  EXPECT_THAT(mask, ElementsAre(o, o, o, o, o, o));
}

TEST(Masks, a_chunk_is_causal_behind_its_history) {
  std::vector<uint16_t> mask(static_cast<size_t>(3) * 5, 7);
  write_chunk_mask(mask, 3, 2, 1, 2);
  EXPECT_THAT(mask, ElementsAre(o, x, o, x, x,    //
                                o, x, o, o, x,    //
                                x, x, x, x, x));  // no such token
}

TEST(Masks, the_first_chunk_has_no_history) {
  std::vector<uint16_t> mask(4, 7);
  write_chunk_mask(mask, 2, 0, 0, 2);
  EXPECT_THAT(mask, ElementsAre(o, x, o, o));
}

}  // namespace
}  // namespace axllama::npu
