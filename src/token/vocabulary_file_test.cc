#include "token/vocabulary_file.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "test_places.h"
#include "token/broken_files.h"
#include "token/text_file_writer.h"
#include "token/vocabulary.h"

namespace axllama {
namespace {

using namespace test_kit;
namespace fs = std::filesystem;

const std::string kSproutFolder = source_path("/models/sprout/hf");
const std::string kText =
    "430 1\n3 1 0\n6 7 8 7 \n9\naA==\naQ==\nIA==\naGk=\nIGg=\nIGhp\nPHxpbV9zdGFydHw+\n"
    "PHxpbV9lbmR8Pg==\nCgo=\n";

class VocabularyFile : public testing::Test {
 protected:
  Result<std::string> make(int rows = 16) const {
    return vocabulary_for(text_, false, "Qwen3", rows, cache_);
  }

  ScratchFolder folder_;
  std::string text_ = folder_.hold("tokenizer.txt", kText);
  std::string cache_ = (folder_.path() / "cache" / "deep").string();
};

TEST_F(VocabularyFile, is_made_once) {
  const auto first = make();
  ASSERT_TRUE(first) << first.error().text();
  const auto time = fs::last_write_time(*first);
  EXPECT_EQ(make(), first);
  EXPECT_EQ(fs::last_write_time(*first), time);
  EXPECT_EQ(std::distance(fs::directory_iterator(cache_), fs::directory_iterator()), 1);
}

TEST_F(VocabularyFile, has_another_name_for_another_tokenizer_or_model) {
  const auto first = make();
  EXPECT_NE(make(17), first);
  folder_.hold("tokenizer.txt", kText + "\n");
  EXPECT_NE(make(), first);
}

TEST_F(VocabularyFile, is_made_again_when_it_is_unusable) {
  const auto first = make();
  ASSERT_TRUE(first);
  const std::string whole = bytes_of(*first);
  for (const std::string& broken : {std::string(), std::string(500, 'x'), whole.substr(0, 300),
                                    whole.substr(0, whole.size() / 2)}) {
    std::ofstream(*first, std::ios::binary | std::ios::trunc) << broken;
    EXPECT_EQ(make(), first);
    EXPECT_EQ(bytes_of(*first), whole);
  }
}

TEST_F(VocabularyFile, fills_up_to_the_models_rows) {
  const auto file = make(20);
  ASSERT_TRUE(file);
  const auto vocabulary = Vocabulary::load(*file);
  ASSERT_TRUE(vocabulary);
  EXPECT_EQ((*vocabulary)->size(), 20);
}

TEST_F(VocabularyFile, more_tokens_than_rows_is_corrupt) {
  const auto file = make(8);
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().code, ErrorCode::kCorrupt);
  EXPECT_NE(file.error().message.find("9 tokens, but the model has only 8"), std::string::npos);
}

TEST_F(VocabularyFile, errors_name_the_file) {
  folder_.hold("tokenizer.txt", "430 9\n");
  const auto file = make();
  ASSERT_FALSE(file);
  EXPECT_NE(file.error().message.find(text_ + ": line 1"), std::string::npos);
}

TEST_F(VocabularyFile, a_missing_tokenizer_is_not_found) {
  const auto file = vocabulary_for("/no/such/tokenizer.txt", false, "Qwen3", 0, cache_);
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().code, ErrorCode::kNotFound);
}

constexpr Token kEndOfText = 2039;  // Sprout's "<|endoftext|>"

// Sprout's, which adds nothing, with the post-processor of Qwen3-Embedding's tokenizer.json.
std::string closing_tokenizer(const ScratchFolder& folder) {
  for (const char* name : {"tokenizer_config.json", "generation_config.json"}) {
    folder.hold(name, bytes_of(fs::path(kSproutFolder) / name));
  }
  auto json = nlohmann::ordered_json::parse(bytes_of(fs::path(kSproutFolder) / "tokenizer.json"));
  json["post_processor"] = nlohmann::ordered_json::parse(R"({"type": "Sequence", "processors": [
    {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": false, "use_regex": false},
    {"type": "TemplateProcessing",
     "single": [{"Sequence": {"id": "A", "type_id": 0}},
                {"SpecialToken": {"id": "<|endoftext|>", "type_id": 0}}],
     "pair": [],
     "special_tokens": {"<|endoftext|>":
       {"id": "<|endoftext|>", "ids": [2039], "tokens": ["<|endoftext|>"]}}}]})");
  folder.hold("tokenizer.json", json.dump());
  return folder.path().string();
}

TEST_F(VocabularyFile, texts_of_an_embedding_model_end_with_its_closing_token) {
  const std::string text = folder_.hold(
      "sprout.txt",
      hugging_face_text(tokenizer_in(source_path("/models/sprout/sprout-f16.gguf")), false));
  const auto vocabulary = [&](const std::string& path, bool is_folder, const char* closing) {
    return *Vocabulary::load(*vocabulary_for(path, is_folder, "Qwen3", 2048, cache_, closing));
  };
  const auto open = vocabulary(kSproutFolder, true, "");
  const ScratchFolder closing_folder;
  const std::unique_ptr<Vocabulary> closed[] = {
      vocabulary(text, false, "<|endoftext|>"), vocabulary(kSproutFolder, true, "<|endoftext|>"),
      vocabulary(closing_tokenizer(closing_folder), true, ""),
      vocabulary(closing_folder.path().string(), true, "<|endoftext|>")};
  for (const char* words : {"", "Hello, world!", "two\nlines ", "it ends <|endoftext|>",
                            "<|im_start|>user\nHi<|im_end|>"}) {
    std::vector<Token> expected = open->encode(words, true, true);
    expected.push_back(kEndOfText);
    for (const auto& each : closed) EXPECT_EQ(each->encode(words, true, true), expected) << words;
  }
  for (const auto& each : closed) {
    EXPECT_TRUE(each->is_end(kEndOfText));
    EXPECT_TRUE(each->is_end(open->eos()));
  }
}

TEST_F(VocabularyFile, a_closing_token_that_the_tokenizer_lacks_is_named) {
  const auto file = vocabulary_for(text_, false, "Qwen3", 16, cache_, "<|endoftext|>");
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().code, ErrorCode::kCorrupt);
  EXPECT_NE(file.error().message.find("no token <|endoftext|>"), std::string::npos);
}

TEST_F(VocabularyFile, threads_may_make_it_at_the_same_time) {
  std::vector<std::jthread> threads;
  std::vector<std::string> files(4);
  for (std::string& file : files) {
    threads.emplace_back(
        [&] { file = vocabulary_for(kSproutFolder, true, "", 0, cache_).value_or(""); });
  }
  threads.clear();
  for (const std::string& file : files) EXPECT_EQ(file, files[0]);
  EXPECT_TRUE(Vocabulary::load(files[0]));
}

}  // namespace
}  // namespace axllama
