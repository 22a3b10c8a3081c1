#include "token/axera_text.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "token/special_tokens.h"
#include "token/text_file_writer.h"
#include "token/vocabulary.h"
#include "token/vocabulary_file.h"

namespace axllama {
namespace {

using namespace test_kit;
using Tokens = std::vector<Token>;

const std::string kHuggingFace =
    "430 3\n3 1 0\n6 7 8 7 \n9 3 2\nh\ni\nĠ\nhi\nĠh\nĠhi\n<|im_start|>\n<|im_end|>\nb64:Cgo=\n"
    "h i\nĠ h\nĠh i\n";
const std::string kTiktoken =
    "430 1\n3 1 0\n6 7 8 7 \n9\naA==\naQ==\nIA==\naGk=\nIGg=\nIGhp\nPHxpbV9zdGFydHw+\n"
    "PHxpbV9lbmR8Pg==\nCgo=\n";

Error error_of(const std::string& text, std::string_view type = "Qwen3") {
  const auto read = read_axera_text(text, type);
  EXPECT_FALSE(read) << text;
  return read ? Error{} : read.error();
}

void expect_corrupt(const std::string& text, const std::string& message) {
  const Error error = error_of(text);
  EXPECT_EQ(error.code, ErrorCode::kCorrupt) << error.message;
  EXPECT_NE(error.message.find(message), std::string::npos) << error.message;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  return text.replace(text.find(from), from.size(), to);
}

std::unique_ptr<Vocabulary> load(const std::string& text, const std::string& type = "Qwen3") {
  const ScratchFolder folder;
  const auto file =
      vocabulary_for(folder.hold("tokenizer.txt", text), false, type, 0, folder.path().string());
  EXPECT_TRUE(file) << file.error().text();
  if (!file) return nullptr;
  auto loaded = Vocabulary::load(*file);
  return loaded ? *std::move(loaded) : nullptr;
}

TEST(AxeraText, merge_rules_come_in_file_order) {
  const auto vocabulary = load(kHuggingFace);
  ASSERT_NE(vocabulary, nullptr);
  EXPECT_EQ(vocabulary->encode("<|im_start|>hi hi<|im_end|>", false, true),
            (Tokens{6, 3, 2, 3, 7}));
}

TEST(AxeraText, without_merge_rules_the_lowest_id_is_joined_first) {
  const auto vocabulary = load(kTiktoken);
  ASSERT_NE(vocabulary, nullptr);
  EXPECT_EQ(vocabulary->encode("<|im_start|>hi hi<|im_end|>", false, true), (Tokens{6, 3, 5, 7}));
}

TEST(AxeraText, stop_ids_end_an_answer_and_do_not_show) {
  const auto vocabulary = load(kHuggingFace);
  ASSERT_NE(vocabulary, nullptr);
  EXPECT_EQ(vocabulary->eos(), 7);
  EXPECT_TRUE(vocabulary->is_end(7));
  EXPECT_FALSE(vocabulary->is_end(6));
  EXPECT_EQ(vocabulary->piece(7), "");
  EXPECT_EQ(vocabulary->piece(8), "\n\n");
}

TEST(AxeraText, the_last_tokens_line_may_be_missing) {
  const auto read = read_axera_text(replaced(kTiktoken, "\n9\n", "\n10\n"), "Qwen3");
  ASSERT_TRUE(read) << read.error().message;
  ASSERT_EQ(read->tokens.size(), 10U);
  EXPECT_EQ(read->tokens[9].text, "");
}

TEST(AxeraText, a_file_that_is_two_lines_short_is_corrupt) {
  expect_corrupt(replaced(kTiktoken, "\n9\n", "\n11\n"), "line 14: the file ends after 9 of 11");
}

TEST(AxeraText, a_missing_merge_is_corrupt) {
  expect_corrupt(replaced(kHuggingFace, "9 3 2", "9 4 2"), "line 17: the file ends after 3 of 4");
}

TEST(AxeraText, wrong_lines_are_named) {
  expect_corrupt("", "line 1");
  expect_corrupt("431 1\n", "line 1: no tokenizer text file");
  expect_corrupt("430 4\n", "line 1: unknown kind 4");
  expect_corrupt("version https://git-lfs.github.com/spec/v1\n", "line 1");
  expect_corrupt(replaced(kTiktoken, "3 1 0", "3 1"), "line 2");
  expect_corrupt(replaced(kTiktoken, "3 1 0", "3 2 0"), "line 3: 4 ids; the line before says 5");
  expect_corrupt(replaced(kTiktoken, "3 1 0", "18446744073709551615 1 4"), "line 3");
  expect_corrupt(replaced(kTiktoken, "6 7 8 7 ", "6 7 9 7 "), "line 3: id 9 of 9 tokens");
  expect_corrupt(replaced(kTiktoken, "6 7 8 7 ", "6 x 8 7 "), "line 3");
  expect_corrupt(replaced(kTiktoken, "\n9\n", "\n1000001\n"), "line 4");
  expect_corrupt(replaced(kTiktoken, "\n9\n", "\n9 3\n"), "line 4");
  expect_corrupt(replaced(kTiktoken, "aQ==", "a!=="), "line 6: no token in base64");
  expect_corrupt(replaced(kHuggingFace, "9 3 2", "9 3 7"), "line 4: unknown family 7");
  expect_corrupt(replaced(kHuggingFace, "h i\n", "h x\n"), "line 14: a merge of what are no");
  expect_corrupt(replaced(kHuggingFace, "b64:Cgo=", "b64:C"), "line 13");
  expect_corrupt(kTiktoken + "aA==\n", "line 14: more lines");
}

TEST(AxeraText, bert_is_unsupported_by_name) {
  const Error error = error_of("430 2\n0 0 0\n\n1\naA==\n");
  EXPECT_EQ(error.code, ErrorCode::kUnsupported);
  EXPECT_NE(error.message.find("BERT"), std::string::npos);
}

TEST(AxeraText, an_unknown_family_is_unsupported_by_name) {
  const Error error = error_of(kTiktoken, "Nobody1");
  EXPECT_EQ(error.code, ErrorCode::kUnsupported);
  EXPECT_NE(error.message.find("Nobody1"), std::string::npos);
}

TEST(AxeraText, a_repeated_token_counts_once) {
  const auto vocabulary = load(replaced(kTiktoken, "Cgo=", "aGk="));
  ASSERT_NE(vocabulary, nullptr);
  EXPECT_EQ(vocabulary->encode("hi", false, true), (Tokens{3}));
  EXPECT_EQ(vocabulary->piece(8, true), "");
}

TEST(AxeraText, a_prefix_token_goes_before_every_text) {
  const auto vocabulary = load(replaced(replaced(kTiktoken, "3 1 0", "3 1 1"), "8 7 ", "8 7 6 "));
  ASSERT_NE(vocabulary, nullptr);
  EXPECT_EQ(vocabulary->encode("hi", true, true), (Tokens{6, 3}));
  EXPECT_EQ(vocabulary->encode("hi", false, true), (Tokens{3}));
}

TEST(AxeraText, several_prefix_tokens_are_unsupported) {
  const Error error = error_of(replaced(replaced(kTiktoken, "3 1 0", "3 1 2"), "8 7 ", "8 7 6 7 "));
  EXPECT_EQ(error.code, ErrorCode::kUnsupported);
}

TEST(AxeraText, more_stops_than_can_be_named_are_unsupported) {
  auto read = read_axera_text(
      replaced(replaced(kTiktoken, "3 1 0", "3 5 0"), "6 7 8 7 ", "6 7 8 7 0 1 2 3 "), "Qwen3");
  ASSERT_TRUE(read);
  const auto finished = finish_tokenizer(*read);
  ASSERT_FALSE(finished);
  EXPECT_EQ(finished.error().code, ErrorCode::kUnsupported);
}

// Pieces, scores and types of a small SentencePiece vocabulary with all byte pieces.
std::string sentencepiece_text() {
  std::string text = "430 0\n2 1 1\n1 2 2 1 \n264\n";
  text +=
      base64_of("<unk>") + " 0 2\n" + base64_of("<s>") + " 0 3\n" + base64_of("</s>") + " 0 3\n";
  for (int byte = 0; byte < 256; ++byte) {
    text += base64_of(fmt::format("<0x{:02X}>", byte)) + " 0 6\n";
  }
  text += base64_of(" ") + " -3 1\n" + base64_of("a") + " -4 1\n" + base64_of("b") + " -5 1\n";
  text += base64_of("ab") + " -2 1\n" + base64_of(" a") + " -1.5 1\n";
  return text;
}

TEST(AxeraText, sentencepiece_joins_the_pair_with_the_highest_score) {
  const auto vocabulary = load(sentencepiece_text(), "MiniCPM4");
  ASSERT_NE(vocabulary, nullptr);
  EXPECT_EQ(vocabulary->encode("ab ab", true, true), (Tokens{1, 262, 263, 261}));
  EXPECT_EQ(vocabulary->decode({262, 263, 261}), "ab ab");
  EXPECT_EQ(vocabulary->encode("é", false, true), (Tokens{3 + 0xc3, 3 + 0xa9}));
  EXPECT_EQ(vocabulary->decode({3 + 0xc3, 3 + 0xa9}), "é");
  EXPECT_TRUE(vocabulary->is_end(2));
}

TEST(AxeraText, sentencepiece_without_byte_pieces_is_unsupported) {
  const Error error = error_of("430 0\n0 0 0\n\n1\nYQ== 0 1\n");
  EXPECT_EQ(error.code, ErrorCode::kUnsupported);
}

TEST(AxeraText, wrong_sentencepiece_lines_are_named) {
  for (const char* line : {"YQ==", "YQ== 0", "YQ== x 1", "YQ== 0 7", "YQ== nan 1", "Y 0 1"}) {
    expect_corrupt(std::string("430 0\n0 0 0\n\n1\n") + line + '\n', "line 5");
  }
}

// SentencePiece spelling in a kind 1 file, as Gemma's comes: "▁" and "<0xHH>" pieces, rank = id.
std::string marked_tiktoken_text() {
  std::string lines;
  int count = 0;
  const auto add = [&](const std::string& token) {
    lines += base64_of(token) + '\n';
    ++count;
  };
  for (const char* token : {"<pad>", "<eos>", "<bos>", "▁", "x", "y", "\xe9"}) add(token);
  for (int byte = 0; byte < 256; ++byte) add(fmt::format("<0x{:02X}>", byte));
  add("xy");
  add("▁x");
  for (int i = 0; i < 1100; ++i) add(fmt::format("▁{}", i));
  return fmt::format("430 1\n3 1 1\n0 1 2 1 2 \n{}\n{}", count, lines);
}

TEST(AxeraText, marked_blanks_in_a_tiktoken_file_are_sentencepiece) {
  const auto vocabulary = load(marked_tiktoken_text(), "Gemma3");
  ASSERT_NE(vocabulary, nullptr);
  EXPECT_EQ(vocabulary->encode("xy xy", true, true), (Tokens{2, 263, 3, 263}));
  EXPECT_EQ(vocabulary->encode(" x", false, true), (Tokens{264}));
  EXPECT_EQ(vocabulary->decode({264, 263}), " xxy");
}

TEST(AxeraText, pieces_that_the_writer_took_for_bytes_are_repaired) {
  const auto vocabulary = load(marked_tiktoken_text(), "Gemma3");
  ASSERT_NE(vocabulary, nullptr);
  EXPECT_EQ(vocabulary->encode("é", false, true), (Tokens{6}));
  EXPECT_EQ(vocabulary->piece(6), "é");
}

// Gemma's later form: kind 3 with marked blanks.
std::string marked_hugging_face_text(const std::string& bos) {
  std::string lines = "b64:" + base64_of("<eos>") + '\n' + bos + "\n▁\nx\ny\nxy\n▁x\nb64:Cg==\n";
  for (int byte = 0; byte < 256; ++byte) lines += fmt::format("<0x{:02X}>\n", byte);
  for (int i = 0; i < 1100; ++i) lines += fmt::format("▁{}\n", i);
  return fmt::format("430 3\n2 1 0\n0 1 0 \n{} 2\n{}x y\n▁ x\n", 8 + 256 + 1100, lines);
}

TEST(AxeraText, marked_blanks_with_merge_rules_are_joined_in_file_order) {
  const auto vocabulary = load(marked_hugging_face_text("<bos>"), "Gemma3");
  ASSERT_NE(vocabulary, nullptr);
  EXPECT_EQ(vocabulary->encode("xy xy x\né", true, true),
            (Tokens{1, 5, 2, 5, 6, 7, 8 + 0xc3, 8 + 0xa9}));
  EXPECT_EQ(vocabulary->decode({5, 2, 5, 6, 7, 8 + 0xc3, 8 + 0xa9}), "xy xy x\né");
}

TEST(AxeraText, marked_blanks_with_merge_rules_but_without_bos_are_unsupported) {
  EXPECT_EQ(error_of(marked_hugging_face_text("<x>")).code, ErrorCode::kUnsupported);
}

}  // namespace
}  // namespace axllama
