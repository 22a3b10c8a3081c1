// One tokenizer in every form that a folder may hold it in gives the same tokens.
#include <gtest/gtest.h>

#include <cstdlib>
#include <random>
#include <sstream>

#include "test_places.h"
#include "token/broken_files.h"
#include "token/text_file_writer.h"
#include "token/vocabulary.h"
#include "token/vocabulary_file.h"

namespace axllama {
namespace {

using namespace test_kit;
using Tokens = std::vector<Token>;

const std::string kSprout = source_path("/models/sprout/sprout-q8_0.gguf");
const std::string kSproutFolder = source_path("/models/sprout/hf");

// Where tests/api puts it; not in every checkout.
std::filesystem::path smollm2() {
  const char* cache = std::getenv("AXLLAMA_TEST_CACHE");
  return std::filesystem::path(cache ? std::string(cache) : source_path("/build/cache")) /
         "SmolLM2-135M-Instruct.Q4_1.gguf";
}

const std::string& sample() {
  static const std::string text = bytes_of(source_path("/tests/data/tokenizer_sample.txt"));
  return text;
}

Tokens expected_ids(const std::string& name) {
  std::istringstream file(bytes_of(source_path("/tests/data/") + name));
  Tokens ids;
  for (Token id = 0; file >> id;) ids.push_back(id);
  return ids;
}

std::unique_ptr<Vocabulary> load(const std::string& tokenizer, bool is_folder,
                                 const std::string& type, int rows = 0) {
  const ScratchFolder cache;
  const auto file = vocabulary_for(tokenizer, is_folder, type, rows, cache.path().string());
  EXPECT_TRUE(file) << file.error().text();
  if (!file) return nullptr;
  auto loaded = Vocabulary::load(*file);
  EXPECT_TRUE(loaded) << loaded.error().text();
  return loaded ? *std::move(loaded) : nullptr;
}

std::unique_ptr<Vocabulary> load_text(const std::string& text, const std::string& type) {
  const ScratchFolder folder;
  return load(folder.hold("tokenizer.txt", text), false, type);
}

void expect_same_pieces(const Vocabulary& one, const Vocabulary& other) {
  ASSERT_EQ(one.size(), other.size());
  for (Token id = 0; id < one.size(); ++id) {
    ASSERT_EQ(one.piece(id, true), other.piece(id, true)) << id;
    ASSERT_EQ(one.is_end(id), other.is_end(id)) << id;
  }
}

void expect_same_tokens(const Vocabulary& one, const Vocabulary& other) {
  for (const bool special : {true, false}) {
    const Tokens ids = one.encode(sample(), false, special);
    EXPECT_EQ(ids, other.encode(sample(), false, special));
    EXPECT_EQ(other.decode(ids, true), sample());
  }
  std::istringstream lines(sample());
  for (std::string line; std::getline(lines, line);) {
    EXPECT_EQ(one.encode(line, true, true), other.encode(line, true, true)) << line;
  }
}

// Pieces of the sample, cut between characters and put together anew.
std::string shuffled(std::mt19937& random) {
  const auto begins = [](size_t i) { return (sample()[i] & 0xc0) != 0x80; };
  std::string text;
  for (size_t pieces = 1 + random() % 30; pieces > 0; --pieces) {
    size_t from = random() % (sample().size() - 20);
    while (!begins(from)) ++from;
    size_t to = from + 1 + random() % 12;
    while (!begins(to)) ++to;
    text += sample().substr(from, to - from);
  }
  return text;
}

void expect_same_tokens_of_shuffled_texts(const Vocabulary& one, const Vocabulary& other) {
  std::mt19937 random(11);
  for (int i = 0; i < 400; ++i) {
    const std::string text = shuffled(random);
    const Tokens ids = one.encode(text, true, true);
    ASSERT_EQ(ids, other.encode(text, true, true)) << text;
    ASSERT_EQ(other.decode(ids, true), text);
  }
}

void expect_same(const Vocabulary& one, const std::unique_ptr<Vocabulary>& other) {
  ASSERT_NE(other, nullptr);
  expect_same_pieces(one, *other);
  expect_same_tokens(one, *other);
  expect_same_tokens_of_shuffled_texts(one, *other);
}

// Tokenizers to write in all forms.
struct Original {
  const char* name;
  std::filesystem::path file;
  std::string tokenizer_type;
};

class EveryForm : public testing::TestWithParam<Original> {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(GetParam().file)) GTEST_SKIP() << GetParam().file << " is missing";
    tokenizer_ = tokenizer_in(GetParam().file);
    auto loaded = Vocabulary::load(GetParam().file);
    ASSERT_TRUE(loaded);
    original_ = *std::move(loaded);
  }

  std::unique_ptr<Vocabulary> reload(const std::string& text) const {
    return load_text(text, GetParam().tokenizer_type);
  }

  GgufTokenizer tokenizer_;
  std::unique_ptr<Vocabulary> original_;
};

TEST_P(EveryForm, tokens_without_merge_rules_give_the_same_ids) {
  expect_same(*original_, reload(tiktoken_text(tokenizer_)));
}

TEST_P(EveryForm, tokens_with_merge_rules_give_the_same_ids) {
  expect_same(*original_, reload(hugging_face_text(tokenizer_, false)));
}

TEST_P(EveryForm, tokens_and_merge_rules_in_base64_give_the_same_ids) {
  expect_same(*original_, reload(hugging_face_text(tokenizer_, true)));
}

INSTANTIATE_TEST_SUITE_P(Of, EveryForm,
                         testing::Values(Original{"Sprout", kSprout, "Qwen3"},
                                         Original{"SmolLM2", smollm2(), "SmolLM2"}),
                         [](const auto& info) { return info.param.name; });

TEST(TokenizerForms, a_hugging_face_folder_gives_the_same_ids) {
  const auto original = Vocabulary::load(kSprout);
  ASSERT_TRUE(original);
  const auto folder = load(kSproutFolder, true, "");
  expect_same(**original, folder);
  EXPECT_EQ(folder->chat_template(), (*original)->chat_template());
  EXPECT_EQ(folder->eos(), (*original)->eos());
  EXPECT_FALSE(folder->adds_bos());
}

TEST(TokenizerForms, a_folder_without_tokenizer_json_gives_the_same_ids) {
  const ScratchFolder folder;
  for (const char* name : {"vocab.json", "merges.txt", "tokenizer_config.json"}) {
    folder.hold(name, bytes_of(std::string(kSproutFolder) + '/' + name));
  }
  const auto original = Vocabulary::load(kSprout);
  ASSERT_TRUE(original);
  expect_same(**original, load(folder.path().string(), true, "Qwen2_5"));
}

// See tests/data/make_sample_ids.py.
TEST(TokenizerForms, ids_are_those_of_the_hugging_face_library) {
  const auto folder = load(kSproutFolder, true, "");
  ASSERT_NE(folder, nullptr);
  EXPECT_EQ(folder->encode(sample(), false, true), expected_ids("sprout_sample_ids.txt"));
}

TEST(TokenizerForms, ids_of_smollm2_are_those_of_the_hugging_face_library) {
  if (!std::filesystem::exists(smollm2())) GTEST_SKIP() << smollm2() << " is missing";
  const auto text = load_text(tiktoken_text(tokenizer_in(smollm2())), "SmolLM2");
  ASSERT_NE(text, nullptr);
  EXPECT_EQ(text->encode(sample(), false, true), expected_ids("smollm2_sample_ids.txt"));
}

TEST(TokenizerForms, rows_behind_the_tokenizer_are_unused_tokens) {
  const auto folder = load(kSproutFolder, true, "", 2100);
  ASSERT_NE(folder, nullptr);
  EXPECT_EQ(folder->size(), 2100);
  for (Token id = 2048; id < 2100; ++id) EXPECT_EQ(folder->piece(id, true), "") << id;
  EXPECT_EQ(folder->encode("[PAD2050]", false, true).size(),
            folder->encode("[PAD2050]", false, false).size());
}

}  // namespace
}  // namespace axllama
