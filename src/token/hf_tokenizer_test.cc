#include "token/hf_tokenizer.h"

#include <gtest/gtest.h>

#include "token/text_file_writer.h"

namespace axllama {
namespace {

using namespace test_kit;

const std::string kQwenSteps =
    R"({"type": "Sequence", "pretokenizers": [{"type": "Split", "pattern": {"Regex":)"
    R"( "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}|)"
    R"( ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"}, "behavior": "Isolated",)"
    R"( "invert": false}, {"type": "ByteLevel", "add_prefix_space": false, "use_regex": false}]})";
const std::string kSmolSteps =
    R"({"type": "Sequence", "pretokenizers": [{"type": "Digits", "individual_digits": true},)"
    R"( {"type": "ByteLevel", "add_prefix_space": false, "use_regex": true}]})";

std::string tokenizer_json(const std::string& steps, const std::string& more = "") {
  return R"({"pre_tokenizer": )" + steps + more +
         R"(, "added_tokens": [{"id": 4, "content": "<e>", "special": true},)"
         R"( {"id": 5, "content": "<think>", "special": false}],)"
         R"( "model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "ab": 2},)"
         R"( "merges": [["a", "b"]]}})";
}

Result<TokenizerSource> read(const std::string& tokenizer, const std::string& config = "",
                             const std::string& generation = "", const std::string& chat = "") {
  return read_hf_tokenizer({.tokenizer = tokenizer,
                            .vocabulary = "",
                            .merges = "",
                            .config = config,
                            .generation_config = generation,
                            .chat_template = chat},
                           "");
}

Error error_of(const std::string& tokenizer, const std::string& config = "") {
  const auto source = read(tokenizer, config);
  EXPECT_FALSE(source) << tokenizer;
  return source ? Error{} : source.error();
}

void expect_unsupported(const std::string& tokenizer, const std::string& name) {
  const Error error = error_of(tokenizer);
  EXPECT_EQ(error.code, ErrorCode::kUnsupported) << error.message;
  EXPECT_NE(error.message.find(name), std::string::npos) << error.message;
}

TEST(HfTokenizer, tokens_types_and_merges_are_read) {
  const auto source = read(tokenizer_json(kQwenSteps));
  ASSERT_TRUE(source) << source.error().message;
  ASSERT_EQ(source->tokens.size(), 6U);
  EXPECT_EQ(source->tokens[2].text, "ab");
  EXPECT_EQ(source->tokens[3].text, "");
  EXPECT_EQ(source->tokens[4].type, TokenType::kControl);
  EXPECT_EQ(source->tokens[5].type, TokenType::kUserDefined);
  EXPECT_EQ(source->merges, std::vector<std::string>{"a b"});
}

TEST(HfTokenizer, pre_tokenizers_are_told_by_their_steps) {
  EXPECT_EQ(read(tokenizer_json(kQwenSteps))->pre, "qwen2");
  EXPECT_EQ(read(tokenizer_json(kSmolSteps))->pre, "smollm");
}

TEST(HfTokenizer, nfc_is_the_only_normalizer) {
  EXPECT_TRUE(read(tokenizer_json(kQwenSteps, R"(, "normalizer": {"type": "NFC"})")));
  expect_unsupported(tokenizer_json(kQwenSteps, R"(, "normalizer": {"type": "Lowercase"})"),
                     "Lowercase");
}

TEST(HfTokenizer, unknown_steps_are_unsupported_by_name) {
  expect_unsupported(tokenizer_json(R"({"type": "BertPreTokenizer"})"), "BertPreTokenizer");
  expect_unsupported(tokenizer_json(R"({"type": "Split", "pattern": {"Regex": "x+"},)"
                                    R"( "behavior": "Isolated", "invert": false})"),
                     "x+");
  expect_unsupported(tokenizer_json(R"({"type": "ByteLevel", "add_prefix_space": true})"),
                     "ByteLevel");
  expect_unsupported(R"({"model": {"type": "Unigram", "vocab": []}})", "Unigram");
}

TEST(HfTokenizer, the_post_processor_tells_prefix_and_suffix) {
  const auto source = read(tokenizer_json(
      kQwenSteps, R"(, "post_processor": {"type": "TemplateProcessing", "single": [)"
                  R"({"SpecialToken": {"id": "b", "type_id": 0}}, {"Sequence": {"id": "A"}},)"
                  R"( {"SpecialToken": {"id": "<e>", "type_id": 0}}], "special_tokens": {)"
                  R"("b": {"id": "b", "ids": [1]}, "<e>": {"id": "<e>", "ids": [4]}}})"));
  ASSERT_TRUE(source) << source.error().message;
  EXPECT_TRUE(source->add_bos);
  EXPECT_EQ(source->bos, 1);
  EXPECT_TRUE(source->add_eos);
  EXPECT_EQ(source->eos, 4);
}

TEST(HfTokenizer, configs_give_template_and_stops) {
  const auto source =
      read(tokenizer_json(kQwenSteps),
           R"({"eos_token": {"content": "<e>"}, "pad_token": "b", "chat_template": "{{ 1 }}"})",
           R"({"eos_token_id": [2, 4]})");
  ASSERT_TRUE(source) << source.error().message;
  EXPECT_EQ(source->eos, 4);
  EXPECT_EQ(source->pad, 1);
  EXPECT_EQ(source->stops, (std::vector<int>{2, 4}));
  EXPECT_EQ(source->chat_template, "{{ 1 }}");
}

TEST(HfTokenizer, a_template_file_counts_more_than_the_configs) {
  const auto source =
      read(tokenizer_json(kQwenSteps), R"({"chat_template": "old"})", "", "{{ new }}");
  ASSERT_TRUE(source);
  EXPECT_EQ(source->chat_template, "{{ new }}");
}

TEST(HfTokenizer, of_several_templates_the_default_is_taken) {
  const auto source =
      read(tokenizer_json(kQwenSteps), R"({"chat_template": [{"name": "tool_use", "template":)"
                                       R"( "t"}, {"name": "default", "template": "d"}]})");
  ASSERT_TRUE(source);
  EXPECT_EQ(source->chat_template, "d");
}

TEST(HfTokenizer, merges_of_what_are_no_tokens_are_corrupt) {
  std::string json = tokenizer_json(kQwenSteps);
  json.replace(json.find(R"([["a", "b"]])"), 12, R"([["a", "a"]])");
  EXPECT_EQ(error_of(json).code, ErrorCode::kCorrupt);
}

TEST(HfTokenizer, wrong_types_are_corrupt_and_the_file_is_named) {
  for (const std::string json :
       {"", "{", "[]", "{}", R"({"model": 1})", R"({"model": {"vocab": [], "merges": []}})",
        R"({"model": {"vocab": {"a": "b"}, "merges": []}})",
        R"({"model": {"vocab": {"a": -1}, "merges": []}})",
        R"({"model": {"vocab": {"a": 1e46}, "merges": []}})",
        R"({"model": {"vocab": {"a": 2000000}, "merges": []}})"}) {
    const Error error = json.empty() ? error_of(" ") : error_of(json);
    EXPECT_EQ(error.code, ErrorCode::kCorrupt) << json << error.message;
  }
  const Error error = error_of(tokenizer_json(kQwenSteps), R"({"eos_token": 7})");
  EXPECT_EQ(error.code, ErrorCode::kCorrupt);
  EXPECT_TRUE(error.message.starts_with("tokenizer_config.json")) << error.message;
}

TEST(HfTokenizer, ids_far_behind_the_number_of_tokens_are_corrupt) {
  std::string json = tokenizer_json(kQwenSteps);
  json.replace(json.find("\"ab\": 2"), 7, "\"ab\": 900000");
  const Error error = error_of(json);
  EXPECT_EQ(error.code, ErrorCode::kCorrupt);
  EXPECT_NE(error.message.find("5 tokens with ids up to 900000"), std::string::npos)
      << error.message;
}

TEST(HfTokenizer, marked_blanks_with_byte_pieces_become_sentencepiece) {
  std::string vocabulary = R"("▁": 0, "a": 1, "▁a": 2)";
  for (int byte = 0; byte < 256; ++byte) {
    char piece[32];
    std::snprintf(piece, sizeof piece, R"(, "<0x%02X>": %d)", byte, byte + 3);
    vocabulary += piece;
  }
  const auto source = read(
      R"({"normalizer": {"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": "▁"},)"
      R"( {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]},)"
      R"( "model": {"type": "BPE", "vocab": {)" +
      vocabulary + R"(}, "merges": ["▁ a"]}})");
  ASSERT_TRUE(source) << source.error().message;
  EXPECT_EQ(source->model, TokenizerModel::kSentencePiece);
  EXPECT_TRUE(source->add_space_prefix);
  EXPECT_GT(source->tokens[2].score, source->tokens[1].score);
  EXPECT_EQ(source->tokens[3].type, TokenType::kByte);
}

TEST(HfTokenizer, a_folder_without_any_tokenizer_is_not_found) {
  const ScratchFolder folder;
  const auto files = read_hf_files(folder.path());
  ASSERT_FALSE(files);
  EXPECT_EQ(files.error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace axllama
