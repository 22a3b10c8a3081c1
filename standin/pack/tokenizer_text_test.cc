#include "standin/pack/tokenizer_text.h"

#include <gtest/gtest.h>

namespace axllama::pack {
namespace {

constexpr TokenType kN = TokenType::kNormal;
constexpr TokenType kC = TokenType::kControl;

// The example of spec/models.md 5.7.
Tokenizer small_bpe() {
  return {.kind = Tokenizer::Kind::kBpe,
          .tokens = {"h", "i", "Ġ", "hi", "Ġh", "Ġhi", "<|im_start|>", "<|im_end|>", "\n\n"},
          .types = {kN, kN, kN, kN, kN, kN, kC, kC, TokenType::kUserDefined},
          .merges = {"h i", "Ġ h", "Ġh i"},
          .pre = "llama-bpe",
          .stops = {7}};
}

TEST(TokenizerText, kind_3_is_the_documented_example) {
  const auto text = tokenizer_text(small_bpe(), TextKind::kHuggingFaceBpe);
  ASSERT_TRUE(text);
  EXPECT_EQ(*text,
            "430 3\n3 1 0\n6 7 8 7 \n9 3 3\nh\ni\nĠ\nhi\nĠh\nĠhi\n<|im_start|>\n<|im_end|>\n"
            "b64:Cgo=\nh i\nĠ h\nĠh i\n");
}

TEST(TokenizerText, kind_1_is_the_documented_example) {
  const auto text = tokenizer_text(small_bpe(), TextKind::kTiktoken);
  ASSERT_TRUE(text);
  EXPECT_EQ(*text,
            "430 1\n3 1 0\n6 7 8 7 \n9\naA==\naQ==\nIA==\naGk=\nIGg=\nIGhp\nPHxpbV9zdGFydHw+\n"
            "PHxpbV9lbmR8Pg==\nCgo=\n");
}

TEST(TokenizerText, ids_in_merge_order_make_kind_1_and_others_kind_3) {
  Tokenizer tokenizer = small_bpe();
  EXPECT_TRUE(ids_give_merge_order(tokenizer));
  EXPECT_TRUE(tokenizer_text(tokenizer, TextKind::kAutomatic)->starts_with("430 1\n"));
  std::swap(tokenizer.merges[0], tokenizer.merges[1]);
  EXPECT_FALSE(ids_give_merge_order(tokenizer));
  EXPECT_TRUE(tokenizer_text(tokenizer, TextKind::kAutomatic)->starts_with("430 3\n"));
}

TEST(TokenizerText, unknown_pre_tokenizer_leaves_the_family_out) {
  Tokenizer tokenizer = small_bpe();
  tokenizer.pre = "tekken";
  EXPECT_NE(tokenizer_text(tokenizer, TextKind::kHuggingFaceBpe)->find("\n9 3\n"),
            std::string::npos);
}

TEST(TokenizerText, awkward_tokens_and_merges_are_base64) {
  Tokenizer tokenizer = small_bpe();
  tokenizer.tokens = {"", "b64:x", "a\nb", "a b"};
  tokenizer.types = {kN, kN, kN, kN};
  tokenizer.stops = {};
  tokenizer.merges = {"a b", "a b\tc", "  a"};
  EXPECT_EQ(*tokenizer_text(tokenizer, TextKind::kHuggingFaceBpe),
            "430 3\n0 0 0\n\n4 3 3\nb64:\nb64:YjY0Ong=\nb64:YQpi\na b\n"
            "a b\nb64:YQ== b64:Yglj\n"
            "b64:IA== b64:YQ==\n");
}

TEST(TokenizerText, filler_at_the_end_of_a_gguf_vocabulary_is_left_out) {
  Tokenizer tokenizer = small_bpe();
  tokenizer.tokens.insert(tokenizer.tokens.end(), {"[PAD9]", "[PAD10]"});
  tokenizer.types.insert(tokenizer.types.end(), {TokenType::kUnused, TokenType::kUnused});
  EXPECT_EQ(*tokenizer_text(tokenizer, TextKind::kTiktoken),
            *tokenizer_text(small_bpe(), TextKind::kTiktoken));
}

TEST(TokenizerText, sentence_pieces_carry_blanks_scores_types_and_the_prefix) {
  const Tokenizer tokenizer = {
      .kind = Tokenizer::Kind::kSentencePiece,
      .tokens = {"<unk>", "<s>", "</s>", "<0x0A>", "▁a", "<tool>"},
      .types = {TokenType::kUnknown, kC, kC, TokenType::kByte, kN, TokenType::kUserDefined},
      .scores = {0, 0, 0, 0, -1.5F, 0},
      .stops = {2},
      .bos = 1,
      .add_bos = true};
  EXPECT_EQ(*tokenizer_text(tokenizer, TextKind::kAutomatic),
            "430 0\n3 1 1\n1 2 5 2 1 \n6\nPHVuaz4= 0 2\nPHM+ 0 3\nPC9zPg== 0 3\n"
            "PDB4MEE+ 0 6\nIGE= -1.5 1\nPHRvb2w+ 0 1\n");
}

TEST(TokenizerText, tokenizer_of_the_other_sort_is_refused) {
  EXPECT_EQ(tokenizer_text(small_bpe(), TextKind::kSentencePiece).error().message,
            "a BPE tokenizer can't be written as kind 0");
  EXPECT_EQ(tokenizer_text({}, TextKind::kAutomatic).error().code, ErrorCode::kUnsupported);
}

TEST(Tokenizer, chatml_end_becomes_a_stop_once) {
  Tokenizer tokenizer = small_bpe();
  add_stops_by_name(tokenizer);
  EXPECT_EQ(tokenizer.stops, std::vector<int>{7});
}

TEST(Tokenizer, pre_tokenizers_are_found_by_name_and_by_regex) {
  const PreTokenizer* qwen = find_pre_tokenizer("qwen2");
  ASSERT_NE(qwen, nullptr);
  EXPECT_EQ(find_pre_tokenizer_by_regex(qwen->regex), qwen);
  EXPECT_EQ(find_pre_tokenizer("none"), nullptr);
}

}  // namespace
}  // namespace axllama::pack
