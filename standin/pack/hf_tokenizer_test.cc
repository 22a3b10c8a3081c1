#include "standin/pack/hf_tokenizer.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <sstream>

#include "standin/pack/byte_alphabet.h"
#include "standin/pack/source.h"
#include "standin/pack/test_support.h"
#include "standin/pack/tokenizer_text.h"

namespace axllama::pack {
namespace {

Tokenizer sprout_of(const std::filesystem::path& path) {
  auto source = open_source(path);
  EXPECT_TRUE(source) << source.error().text();
  return source->tokenizer;
}

TEST(HfTokenizer, sprout_reads_the_same_from_gguf_and_tokenizer_json) {
  const Tokenizer gguf = sprout_of(sprout_gguf());
  const Tokenizer hf = sprout_of(sprout_hf());
  EXPECT_TRUE(gguf.tokens == hf.tokens);
  EXPECT_TRUE(gguf.types == hf.types);
  EXPECT_TRUE(gguf.merges == hf.merges);
  EXPECT_EQ(gguf.pre, "qwen2");
  EXPECT_EQ(hf.pre, "qwen2");
  EXPECT_EQ(gguf.stops, std::vector<int>{2041});
  EXPECT_EQ(hf.stops, (std::vector<int>{2039, 2041}));  // generation_config.json names both
  EXPECT_EQ(gguf.chat_template, hf.chat_template);
  EXPECT_TRUE(gguf.normalize_nfc && hf.normalize_nfc);
}

TEST(HfTokenizer, text_files_of_both_sources_are_the_same) {
  const Tokenizer gguf = sprout_of(sprout_gguf());
  Tokenizer hf = sprout_of(sprout_hf());
  hf.stops = gguf.stops;
  for (const TextKind kind : {TextKind::kTiktoken, TextKind::kHuggingFaceBpe}) {
    EXPECT_TRUE(*tokenizer_text(gguf, kind) == *tokenizer_text(hf, kind));
  }
}

std::string from_base64(const std::string& line) {
  std::string bytes(line.size(), '\0');
  const int length = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                     reinterpret_cast<const unsigned char*>(line.data()),
                                     static_cast<int>(line.size()));
  const auto padding = static_cast<size_t>(std::ranges::count(line, '='));
  bytes.resize(static_cast<size_t>(std::max(length, 0)) - padding);
  return bytes;
}

TEST(HfTokenizer, every_line_of_the_text_file_gives_its_tokens_bytes) {
  const Tokenizer sprout = sprout_of(sprout_hf());
  std::istringstream text(*tokenizer_text(sprout, TextKind::kTiktoken));
  std::string line;
  for (int header = 0; header < 4; ++header) std::getline(text, line);
  EXPECT_EQ(line, "2048");
  for (size_t id = 0; id < sprout.tokens.size(); ++id) {
    ASSERT_TRUE(std::getline(text, line)) << id;
    const std::string bytes = from_base64(line);
    EXPECT_EQ(sprout.added(id) ? bytes : spell_bytes(bytes), sprout.tokens[id]) << id;
  }
  EXPECT_FALSE(std::getline(text, line));
}

TEST(HfTokenizer, files_of_a_hugging_face_source_are_copied) {
  const auto files = hf_tokenizer_files(sprout_of(sprout_hf()));
  ASSERT_TRUE(files);
  size_t found = 0;
  for (const TokenizerFile& file : *files) {
    EXPECT_EQ(file.content, get(sprout_hf() / file.name));
    found += file.name == "tokenizer.json" || file.name == "tokenizer_config.json" ? 1 : 0;
  }
  EXPECT_EQ(found, 2U);
}

TEST(HfTokenizer, files_made_from_a_gguf_read_back_as_they_were) {
  const Tokenizer gguf = sprout_of(sprout_gguf());
  const auto files = hf_tokenizer_files(gguf);
  ASSERT_TRUE(files) << files.error().text();
  const Scratch scratch;
  for (const TokenizerFile& file : *files) put(scratch.path / file.name, file.content);
  const auto read = hf_tokenizer(scratch.path);
  ASSERT_TRUE(read) << read.error().text();
  EXPECT_EQ(read->tokens, gguf.tokens);
  EXPECT_EQ(read->types, gguf.types);
  EXPECT_EQ(read->merges, gguf.merges);
  EXPECT_EQ(read->pre, gguf.pre);
  EXPECT_EQ(read->stops, gguf.stops);
  EXPECT_EQ(read->chat_template, gguf.chat_template);
  EXPECT_EQ(read->normalize_nfc, gguf.normalize_nfc);
}

TEST(HfTokenizer, made_files_have_the_shape_of_sprouts_own) {
  const auto files = hf_tokenizer_files(sprout_of(sprout_gguf()));
  using Json = nlohmann::json;
  const Json made = Json::parse(files->front().content);
  const Json own = Json::parse(get(sprout_hf() / "tokenizer.json"));
  EXPECT_EQ(made["normalizer"], own["normalizer"]);
  EXPECT_EQ(made["pre_tokenizer"]["pretokenizers"][0], own["pre_tokenizer"]["pretokenizers"][0]);
  EXPECT_EQ(made["model"]["vocab"], own["model"]["vocab"]);
  EXPECT_EQ(made["decoder"]["type"], "ByteLevel");
}

TEST(HfTokenizer, vocabulary_of_a_large_model_takes_no_minutes) {
  Tokenizer large = {.kind = Tokenizer::Kind::kBpe, .pre = "qwen2"};
  for (int id = 0; id < 150'000; ++id) large.tokens.push_back("t" + std::to_string(id));
  large.types.assign(large.tokens.size(), TokenType::kNormal);
  const auto start = std::chrono::steady_clock::now();
  const auto files = hf_tokenizer_files(large);
  ASSERT_TRUE(files);
  const Scratch scratch;
  put(scratch.path / "tokenizer.json", files->front().content);
  EXPECT_TRUE(hf_tokenizer(scratch.path)->tokens == large.tokens);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
}

TEST(HfTokenizer, what_cant_be_made_is_named) {
  Tokenizer tokenizer = {.kind = Tokenizer::Kind::kBpe, .pre = "tekken"};
  EXPECT_NE(hf_tokenizer_files(tokenizer).error().message.find("tekken"), std::string::npos);
  tokenizer.kind = Tokenizer::Kind::kSentencePiece;
  EXPECT_EQ(hf_tokenizer_files(tokenizer).error().code, ErrorCode::kUnsupported);
}

TEST(HfTokenizer, folder_without_tokenizer_json_has_none_and_a_broken_one_is_corrupt) {
  const Scratch scratch;
  EXPECT_EQ(hf_tokenizer(scratch.path)->kind, Tokenizer::Kind::kNone);
  for (const char* text : {"", "[]", R"({"model": 3})", R"({"model": {"type": "BPE"}})"}) {
    put(scratch.path / "tokenizer.json", text);
    EXPECT_EQ(hf_tokenizer(scratch.path).error().code, ErrorCode::kCorrupt) << text;
  }
  put(scratch.path / "tokenizer.json", R"({"model": {"type": "Unigram", "vocab": []}})");
  EXPECT_EQ(hf_tokenizer(scratch.path).error().code, ErrorCode::kUnsupported);
  put(scratch.path / "tokenizer.json", R"({"model": {"type": "BPE", "vocab": {"a": -1}}})");
  EXPECT_EQ(hf_tokenizer(scratch.path).error().code, ErrorCode::kCorrupt);
}

TEST(HfTokenizer, gaps_in_the_ids_are_unknown_tokens_and_merges_may_be_pairs) {
  const Scratch scratch;
  put(scratch.path / "tokenizer.json",
      R"({"model": {"type": "BPE", "vocab": {"a": 0, "b": 3}, "merges": [["a", "b"], "b a"]}})");
  const auto read = hf_tokenizer(scratch.path);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->tokens, (std::vector<std::string>{"a", "<unk>", "<unk>", "b"}));
  EXPECT_EQ(read->merges, (std::vector<std::string>{"a b", "b a"}));
}

}  // namespace
}  // namespace axllama::pack
