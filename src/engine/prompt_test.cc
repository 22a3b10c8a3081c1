#include "engine/prompt.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace axllama {
namespace {

using testing::Each;
using testing::Truly;

std::shared_ptr<const ImageChunk> chunk(std::string id, int tokens = 10) {
  return std::make_shared<ImageChunk>(tokens, std::move(id));
}

// 1 2 <a, 10 long> <b, 10 long> 3
Prompt mixed() {
  Prompt prompt{.tokens = {1, 2}};
  add_image(prompt, chunk("a"));
  add_image(prompt, chunk("b"));
  prompt.tokens.push_back(3);
  return prompt;
}

TEST(Prompt, equal_images_have_equal_numbers_and_others_differ_everywhere) {
  const auto a = image_tokens(*chunk("a")), b = image_tokens(*chunk("b"));
  EXPECT_EQ(a, image_tokens(*chunk("a")));
  for (size_t i = 0; i < a.size(); ++i) EXPECT_NE(a[i], b[i]);
}

TEST(Prompt, numbers_of_images_are_no_tokens) {
  EXPECT_THAT(image_tokens(*chunk("a", 4096)), Each(Truly(is_image)));
  EXPECT_FALSE(is_image(0));
  EXPECT_FALSE(is_image(kNoToken));
}

TEST(Prompt, a_cut_within_an_image_moves_to_its_ends) {
  const Prompt prompt = mixed();
  for (const size_t whole : {0, 1, 2, 12, 22, 23}) {
    EXPECT_EQ(before_image(prompt.tokens, whole), whole);
    EXPECT_EQ(behind_image(prompt.tokens, whole), whole);
  }
  for (const size_t within : {3, 7, 11}) {
    EXPECT_EQ(before_image(prompt.tokens, within), 2U);
    EXPECT_EQ(behind_image(prompt.tokens, within), 12U);
  }
  EXPECT_EQ(behind_image(prompt.tokens, 13), 22U);
}

TEST(Prompt, what_is_erased_takes_its_images_along) {
  Prompt prompt = mixed();
  erase(prompt, 1, 12);
  ASSERT_EQ(prompt.images.size(), 1U);
  EXPECT_EQ(prompt.images[0].begin, 1U);
  EXPECT_EQ(prompt.images[0].chunk->id(), "b");
  Prompt expected{.tokens = {1}};
  add_image(expected, chunk("b"));
  expected.tokens.push_back(3);
  EXPECT_EQ(prompt.tokens, expected.tokens);
}

}  // namespace
}  // namespace axllama
