// Models with other shape groups than the usual ones, through the whole engine.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "axmodel/folder.h"
#include "engine/axcl/standin_kit.h"

namespace axllama {
namespace {

using namespace npu_test;

// 90 tokens of a conversation in steps of 32, then 60 one by one: over most of the context of 255.
constexpr int kPrompt = 90;
constexpr int kAfter = 60;

std::vector<Bits> conversation(Engine& engine) {
  std::vector<Token> next;
  while (static_cast<int>(next.size()) < kPrompt) {
    for (const Token token : engine.vocabulary().encode(
             "<|im_start|>user\nWhat is the capital of France?<|im_end|>\n<|im_start|>assistant\n"
             "Paris.<|im_end|>\n",
             true, true)) {
      next.push_back(token);
    }
  }
  next.resize(kPrompt);
  std::vector<Bits> all = {evaluate(engine, 0, next)};
  for (int i = 0; i < kAfter; ++i) all.push_back(evaluate(engine, 0, {100 + i}));
  return all;
}

float largest_difference(const std::vector<Bits>& a, const std::vector<Bits>& b) {
  float largest = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    for (size_t k = 0; k < a[i].size(); ++k) {
      largest = std::max(largest, std::abs(value(a[i][k]) - value(b[i][k])));
    }
  }
  return largest;
}

struct Case {
  const char* options;
  size_t chunks, decodes;  // groups
};

TEST(Groups, any_number_and_any_shape_of_them_says_the_same) {
  const std::vector<Bits> want = conversation(*load(spec(packed(kSmall))));
  const Case cases[] = {
      {"--chunk 32 --context 255 --history 0", 1, 1},
      {"--chunk 32 --context 255 --history 0,32", 2, 1},
      {"--chunk 32 --context 255 --history 0,223", 2, 1},
      {"--chunk 32 --context 255 --history 0,20,40,60,80,100,120,140,160,180,200,220", 12, 1},
      {"--chunk 32 --context 255 --history 0,64,128 --wide-dummy-cache", 3, 1},
      {"--chunk 32 --context 255 --history 0 --wide-dummy-cache", 1, 1},
      {"--chunk 32 --context 255 --history 0,64,128 --decode-contexts 31,95,97,127,200", 3, 6},
      {"--chunk 7 --context 255 --history 0,100,200 --decode-contexts 100", 3, 2},
  };
  for (const Case& one : cases) {
    const std::string folder = packed(one.options);
    const axmodel::ModelFolder described = or_throw(axmodel::describe_folder(folder));
    EXPECT_EQ(described.chunks.size(), one.chunks) << one.options;
    EXPECT_EQ(described.decode.size(), one.decodes) << one.options;
    // Other groups add in another order: a bf16 logit around 10 has steps of 0.06.
    EXPECT_LT(largest_difference(conversation(*load(spec(folder))), want), 0.2F) << one.options;
  }
}

TEST(Groups, the_fast_path_gives_the_bits_of_the_plain_path_in_all_of_them) {
  for (const char* options :
       {"--chunk 32 --context 255 --history 0", "--chunk 7 --context 63 --history 0,14,28,42,56",
        "--chunk 32 --context 255 --history 0,64 --wide-dummy-cache --decode-contexts 31,95"}) {
    AxclSpec plain = spec(packed(options));
    plain.shortcuts = npu::kPlain;
    const auto slow = load(plain);
    const auto fast = load(spec(packed(options)));
    std::vector<Token> tokens(60);
    std::iota(tokens.begin(), tokens.end(), 40);
    EXPECT_EQ(evaluate(*fast, 0, tokens, 1), evaluate(*slow, 0, tokens, 1)) << options;
    fast->truncate(0, 0);
    slow->truncate(0, 0);
    EXPECT_EQ(evaluate(*fast, 0, tokens), evaluate(*slow, 0, tokens)) << options;
  }
}

// The K largest with their ids, of a chunk and of a token, against a head that gives all.
TEST(Groups, a_head_with_top_k_gives_the_largest_logits_and_their_ids) {
  const auto all = load(spec(packed(kSmall)));
  for (const std::string options : {"--post-topk 40", "--post-topk 1"}) {
    const auto some = load(spec(packed(std::string(kSmall) + " " + options)));
    all->truncate(0, 0);
    for (const std::vector<Token>& tokens :
         {std::vector<Token>{5, 6, 7, 8, 9, 10, 11}, std::vector<Token>{12}}) {
      const Bits want = evaluate(*all, 0, tokens);
      std::vector<Row> rows;
      for (const Token token : tokens) rows.push_back({0, token, false});
      rows.back().wants_logits = true;
      std::vector<uint16_t> logits;
      std::vector<uint32_t> ids;
      or_throw(some->step(rows,
                          [&](size_t, const Logits& row) {
                            logits.assign(row.bf16.begin(), row.bf16.end());
                            ids.assign(row.ids.begin(), row.ids.end());
                          },
                          {}));
      ASSERT_EQ(ids.size(), logits.size());
      ASSERT_EQ(ids.size(), options == "--post-topk 40" ? 40u : 1u);
      for (size_t i = 0; i < ids.size(); ++i) EXPECT_EQ(logits[i], want.at(ids[i]));
      std::vector<float> sorted;
      for (const uint16_t bits : want) sorted.push_back(value(bits));
      std::ranges::sort(sorted, std::ranges::greater{});
      std::vector<float> given;
      for (const uint16_t bits : logits) given.push_back(value(bits));
      std::ranges::sort(given, std::ranges::greater{});
      EXPECT_EQ(given, std::vector<float>(sorted.begin(),
                                          sorted.begin() + static_cast<ptrdiff_t>(given.size())));
    }
  }
}

}  // namespace
}  // namespace axllama
