#include "token/pre_tokenizer.h"

#include <gtest/gtest.h>

namespace axllama {
namespace {

std::string pre_of(std::string_view type, int family, const std::vector<SourceToken>& tokens = {}) {
  const auto pre = pre_tokenizer_of_family(type, family, tokens);
  return pre ? *pre : "error: " + pre.error().message;
}

TEST(PreTokenizer, tokenizer_types_have_their_families) {
  EXPECT_EQ(pre_of("Qwen3", 0), "qwen2");
  EXPECT_EQ(pre_of("Qwen3_5", 0), "qwen35");
  EXPECT_EQ(pre_of("SmolVLM2", 0), "smollm");
  EXPECT_EQ(pre_of("SmolLM3", 3), "llama-bpe");
  EXPECT_EQ(pre_of("HunYuan", 0), "hunyuan-dense");
}

TEST(PreTokenizer, the_number_counts_more_than_the_name) {
  EXPECT_EQ(pre_of("Qwen3VL", 1), "qwen35");
  EXPECT_EQ(pre_of("Qwen3_5", 2), "qwen2");
  EXPECT_EQ(pre_of("Nobody", 3), "glm4");
  EXPECT_EQ(pre_of("", 4), "gpt-4o");
}

TEST(PreTokenizer, a_qwen_vocabulary_with_groups_of_digits_is_minicpm5s) {
  const std::vector<SourceToken> tokens = {{"10"}, {"12"}, {"100"}, {"123"}};
  EXPECT_EQ(pre_of("Qwen3VL", 2, tokens), "minicpm5");
  EXPECT_EQ(pre_of("SmolLM2", 0, tokens), "smollm");
}

TEST(PreTokenizer, without_a_name_the_vocabulary_tells) {
  std::vector<SourceToken> tokens(151'644);
  EXPECT_TRUE(pre_of("", 0, tokens).starts_with("error"));
  tokens[151'643].text = "<|endoftext|>";
  EXPECT_EQ(pre_of("", 0, tokens), "qwen2");
  EXPECT_EQ(pre_of("", 0, {{"<|endoftext|>"}, {"<|im_start|>"}}), "smollm");
}

TEST(PreTokenizer, steps_are_known_word_by_word) {
  EXPECT_EQ(pre_tokenizer_of_steps("digits\ngpt2\n", false), "smollm");
  EXPECT_EQ(pre_tokenizer_of_steps("gpt2\n", false), "gpt-2");
  EXPECT_FALSE(pre_tokenizer_of_steps("gpt2\ndigits\n", false));
  EXPECT_FALSE(pre_tokenizer_of_steps("gpt2\n", true));
  EXPECT_FALSE(pre_tokenizer_of_steps("", false));
}

TEST(PreTokenizer, llama3s_vocabulary_is_looked_up_before_its_merges) {
  const char* const steps =
      R"(split (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|)"
      R"( ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)"
      "\nbytes\n";
  EXPECT_EQ(pre_tokenizer_of_steps(steps, true), "llama-bpe");
  EXPECT_EQ(pre_tokenizer_of_steps(steps, false), "smaug-bpe");
}

}  // namespace
}  // namespace axllama
