#include "token/special_tokens.h"

#include <gtest/gtest.h>

namespace axllama {
namespace {

TokenizerSource source_of(const std::vector<std::string>& texts) {
  TokenizerSource source;
  for (const std::string& text : texts) source.tokens.push_back({text, TokenType::kNormal, 0});
  return source;
}

TEST(SpecialTokens, markers_are_hidden_and_parts_of_an_answer_are_shown) {
  for (const char* text : {"<|im_start|>", "<bos>", "<｜User｜>", "[gMASK]", "<row_1_col_2>"}) {
    EXPECT_EQ(type_of_added_token(text), TokenType::kControl) << text;
  }
  for (const char* text : {"<think>", "</think>", "<tool_call>", "<table>", "\n\n", "<function"}) {
    EXPECT_EQ(type_of_added_token(text), TokenType::kUserDefined) << text;
  }
}

TEST(SpecialTokens, tokens_that_llama_cannot_hold_become_unused) {
  TokenizerSource source = source_of({"a", "", "a", std::string("b\0", 2), "[PAD2]", "</s>"});
  ASSERT_TRUE(finish_tokenizer(source));
  EXPECT_EQ(source.tokens[0].type, TokenType::kNormal);
  EXPECT_EQ(source.tokens[1].text, "[PAD1]");
  EXPECT_EQ(source.tokens[2].text, "[PAD2]_");
  EXPECT_EQ(source.tokens[3].type, TokenType::kUnused);
}

TEST(SpecialTokens, the_stop_that_ends_a_turn_is_the_eos) {
  TokenizerSource source = source_of({"x", "<|endoftext|>", "<|im_end|>"});
  source.stops = {0, 1, 2};
  ASSERT_TRUE(finish_tokenizer(source));
  EXPECT_EQ(source.eos, 2);
  EXPECT_EQ(source.stops, std::vector<int>{0});
  EXPECT_EQ(source.tokens[0].type, TokenType::kControl);
}

TEST(SpecialTokens, a_well_known_end_is_found_where_none_is_named) {
  TokenizerSource source = source_of({"x", "</s>", "<s>"});
  ASSERT_TRUE(finish_tokenizer(source));
  EXPECT_EQ(source.eos, 1);
  EXPECT_EQ(source.bos, 2);
  EXPECT_FALSE(source.add_bos);
}

TEST(SpecialTokens, a_tokenizer_that_cannot_end_is_unsupported) {
  TokenizerSource source = source_of({"x"});
  const auto finished = finish_tokenizer(source);
  ASSERT_FALSE(finished);
  EXPECT_EQ(finished.error().code, ErrorCode::kUnsupported);
}

TEST(SpecialTokens, an_id_outside_the_vocabulary_is_corrupt) {
  for (const int id : {-2, 1}) {
    TokenizerSource source = source_of({"</s>"});
    source.stops = {id};
    const auto finished = finish_tokenizer(source);
    ASSERT_FALSE(finished);
    EXPECT_EQ(finished.error().code, ErrorCode::kCorrupt);
  }
}

}  // namespace
}  // namespace axllama
