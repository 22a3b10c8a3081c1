#include "token/vocabulary.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <random>
#include <sstream>
#include <thread>

#include "test_places.h"
#include "token/utf8.h"

namespace axllama {
namespace {

const std::string kSprout = source_path("/models/sprout/sprout-q8_0.gguf");
using Tokens = std::vector<Token>;

const Vocabulary& sprout() {
  static const auto loaded = Vocabulary::load(kSprout);
  return **loaded;
}

struct Sample {
  std::string text;
  Tokens ids;
};

std::string from_hex(const std::string& hex) {
  std::string bytes;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  }
  return bytes;
}

// See tests/data/make_token_ids.py.
std::vector<Sample> samples() {
  std::ifstream file(source_path("/tests/data/sprout_token_ids.txt"));
  std::vector<Sample> samples;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string key;
    words >> key;
    if (key == "text") {
      std::string hex;
      words >> hex;
      samples.push_back({from_hex(hex), {}});
    } else {
      for (Token id = 0; words >> id;) samples.back().ids.push_back(id);
    }
  }
  return samples;
}

std::string random_bytes(std::mt19937& random, size_t length) {
  std::string bytes(length, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

TEST(Vocabulary, encodes_as_the_hugging_face_tokenizer_does) {
  const auto all = samples();
  ASSERT_EQ(all.size(), 25U);
  for (const Sample& sample : all) {
    EXPECT_EQ(sprout().encode(sample.text, false, true), sample.ids) << sample.text;
  }
}

TEST(Vocabulary, decodes_what_it_has_encoded) {
  for (const Sample& sample : samples()) {
    EXPECT_EQ(sprout().decode(sample.ids, true), sample.text);
  }
}

TEST(Vocabulary, any_bytes_come_back_unchanged) {
  std::mt19937 random(1);
  for (size_t length = 0; length < 200; ++length) {
    const std::string bytes = random_bytes(random, length);
    EXPECT_EQ(sprout().decode(sprout().encode(bytes, false, false)), bytes);
  }
}

TEST(Vocabulary, a_cut_character_in_a_text_comes_back_unchanged) {
  const std::string text = "caf\xc3 <|im_end|> \xf0\x9f\x98 end\xe4";
  const Tokens tokens = sprout().encode(text, true, true);
  EXPECT_EQ(sprout().decode(tokens, true), text);
  EXPECT_EQ(std::ranges::count_if(tokens, [](Token t) { return sprout().is_end(t); }), 1);
}

TEST(Vocabulary, special_tokens_are_plain_text_unless_parsed) {
  const std::string text = "<|im_start|>";
  const Tokens parsed = sprout().encode(text, false, true);
  const Tokens plain = sprout().encode(text, false, false);
  EXPECT_EQ(parsed.size(), 1U);
  EXPECT_GT(plain.size(), 1U);
  EXPECT_EQ(sprout().decode(plain), text);
}

TEST(Vocabulary, control_tokens_show_only_when_asked_for) {
  const Tokens end = sprout().encode("<|im_end|>", false, true);
  ASSERT_EQ(end.size(), 1U);
  EXPECT_EQ(sprout().piece(end[0]), "");
  EXPECT_EQ(sprout().piece(end[0], true), "<|im_end|>");
}

TEST(Vocabulary, words_of_the_model_that_are_no_control_tokens_always_show) {
  const Tokens think = sprout().encode("<think>", false, true);
  ASSERT_EQ(think.size(), 1U);
  EXPECT_EQ(sprout().piece(think[0]), "<think>");
}

TEST(Vocabulary, pieces_may_be_parts_of_a_character) {
  const Tokens tokens = sprout().encode("\U0001f680", false, false);
  ASSERT_GT(tokens.size(), 1U);
  EXPECT_EQ(valid_utf8_prefix(sprout().piece(tokens[0])), 0U);
  EXPECT_EQ(sprout().decode(tokens), "\U0001f680");
}

TEST(Vocabulary, a_token_that_does_not_exist_is_empty_and_ends_nothing) {
  EXPECT_EQ(sprout().piece(-1), "");
  EXPECT_EQ(sprout().piece(sprout().size()), "");
  EXPECT_FALSE(sprout().is_end(-1));
  EXPECT_FALSE(sprout().is_end(sprout().size()));
}

TEST(Vocabulary, knows_its_special_tokens) {
  EXPECT_EQ(sprout().size(), 2048);
  EXPECT_EQ(sprout().piece(sprout().eos(), true), "<|im_end|>");
  EXPECT_TRUE(sprout().is_end(sprout().eos()));
  EXPECT_TRUE(sprout().is_end(sprout().encode("<|endoftext|>", false, true).at(0)));
  EXPECT_FALSE(sprout().is_end(sprout().encode("a", false, false).at(0)));
  EXPECT_FALSE(sprout().adds_bos());
  EXPECT_EQ(sprout().encode("", true, true), Tokens{});
}

TEST(Vocabulary, carries_the_chat_template) {
  EXPECT_NE(sprout().chat_template().find("<|im_start|>"), std::string::npos);
}

TEST(Vocabulary, threads_share_it) {
  const std::string text(2000, 'x');
  const Tokens expected = sprout().encode(text, false, false);
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] { EXPECT_EQ(sprout().encode(text, false, false), expected); });
  }
}

TEST(Vocabulary, a_megabyte_of_one_letter_is_encoded) {
  const std::string text(1 << 20, 'a');
  EXPECT_EQ(sprout().decode(sprout().encode(text, false, true)), text);
}

}  // namespace
}  // namespace axllama
