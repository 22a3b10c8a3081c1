#include "standin/pack/hyperparameters.h"

#include <gtest/gtest.h>

namespace axllama::pack {
namespace {

Hyperparameters sprout() {
  return {.layers = 6,
          .hidden = 192,
          .heads = 6,
          .kv_heads = 2,
          .head_dim = 32,
          .feed_forward = 512,
          .vocabulary = 2048};
}

TEST(Hyperparameters, good_sizes_pass) {
  EXPECT_TRUE(check_hyperparameters(sprout()));
}

TEST(Hyperparameters, odd_head_size_is_unsupported) {
  Hyperparameters sizes = sprout();
  sizes.head_dim = 33;
  const auto result = check_hyperparameters(sizes);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kUnsupported);
  EXPECT_NE(result.error().message.find("head size 33 is odd"), std::string::npos);
}

TEST(Hyperparameters, heads_must_share_key_heads_evenly) {
  Hyperparameters sizes = sprout();
  sizes.kv_heads = 4;
  const auto result = check_hyperparameters(sizes);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message, "6 heads can't share 4 key heads evenly");
}

TEST(Hyperparameters, missing_and_absurd_sizes_are_named) {
  Hyperparameters sizes = sprout();
  sizes.feed_forward = 0;
  EXPECT_EQ(check_hyperparameters(sizes).error().message, "the model's feed-forward size is 0");
  sizes = sprout();
  sizes.layers = 2'000'000'000;
  EXPECT_EQ(check_hyperparameters(sizes).error().code, ErrorCode::kCorrupt);
}

TEST(Hyperparameters, families_are_found_by_name_and_others_are_named) {
  for (const char* name : {"qwen3", "qwen2", "llama"}) {
    const auto family = family_from_name(name);
    ASSERT_TRUE(family);
    EXPECT_STREQ(family_name(*family), name);
  }
  const auto other = family_from_name("qwen3moe");
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, ErrorCode::kUnsupported);
  EXPECT_NE(other.error().message.find("qwen3moe"), std::string::npos);
}

}  // namespace
}  // namespace axllama::pack
