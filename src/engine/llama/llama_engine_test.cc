#include "engine/llama/llama_engine.h"

#include <gtest/gtest.h>

#include <cmath>

#include "engine/llama/test_kit.h"

namespace axllama {
namespace {

using namespace axllama::test_kit;

// Logits of one text differ between ways to cut it into steps by the order of float sums.
constexpr float kRounding = 1e-3F;
// From 64 rows on ggml takes another kernel for attention, which sums in float instead of half.
constexpr float kOtherKernel = 0.2F;

const std::string kFrance =
    "<|im_start|>user\nWhat is the capital of France?<|im_end|>\n<|im_start|>assistant\n"
    "<think>\n\n</think>\n\n";
const std::string kItaly =
    "<|im_start|>user\nWhat is the capital of Italy?<|im_end|>\n<|im_start|>assistant\n"
    "<think>\n\n</think>\n\n";

ErrorCode step_error(Engine& engine, const std::vector<Row>& rows, std::stop_token stop = {}) {
  const auto done = engine.step(rows, [](size_t, const Logits&) {}, std::move(stop));
  EXPECT_FALSE(done);
  return done ? ErrorCode::kInternal : done.error().code;
}

TEST(LlamaEngine, knows_that_paris_is_the_capital_of_france) {
  const auto engine = load(sprout());
  const Values logits = evaluate(*engine, 0, tokens_of(*engine, kFrance));
  const auto answer = continue_greedily(*engine, 0, logits, 32);
  EXPECT_NE(engine->vocabulary().decode(answer).find("Paris"), std::string::npos)
      << engine->vocabulary().decode(answer);
}

TEST(LlamaEngine, slots_that_share_their_steps_answer_as_if_alone) {
  const auto engine = load(sprout());
  const std::vector<std::string> prompts = {kFrance, kItaly};
  std::vector<std::vector<Token>> alone;
  for (int slot = 0; slot < 2; ++slot) {
    const auto tokens = tokens_of(*engine, prompts[static_cast<size_t>(slot)]);
    alone.push_back(continue_greedily(*engine, slot, evaluate(*engine, slot, tokens), 12));
    engine->truncate(slot, 0);
  }

  std::vector<Values> logits(2);
  std::vector<Row> rows;
  for (int slot = 1; slot >= 0; --slot) {  // not in the order of the slots
    const auto tokens = tokens_of(*engine, prompts[static_cast<size_t>(slot)]);
    for (const Token token : tokens) rows.push_back({slot, token, false});
    rows.back().wants_logits = true;
  }
  std::vector<std::vector<Token>> together(2);
  for (int i = 0; i < 12; ++i) {
    std::vector<size_t> asked;
    ASSERT_TRUE(engine->step(rows,
                             [&](size_t row, const Logits& given) {
                               asked.push_back(row);
                               logits[static_cast<size_t>(rows[row].slot)].assign(given.f32.begin(),
                                                                                  given.f32.end());
                             },
                             {}));
    EXPECT_TRUE(std::ranges::is_sorted(asked));
    rows.clear();
    for (const int slot : {1, 0}) {
      const Token next = hottest(logits[static_cast<size_t>(slot)]);
      if (engine->vocabulary().is_end(next)) continue;
      together[static_cast<size_t>(slot)].push_back(next);
      rows.push_back({slot, next, true});
    }
    if (rows.empty()) break;
  }
  EXPECT_EQ(together, alone);
}

TEST(LlamaEngine, a_truncated_slot_goes_on_as_a_fresh_one_would) {
  const auto engine = load(sprout());
  const auto tokens = tokens_of(*engine, kFrance);
  const Values fresh = evaluate(*engine, 0, tokens);
  const int kept = static_cast<int>(tokens.size()) - 10;
  EXPECT_EQ(engine->truncate(0, kept), kept);
  EXPECT_EQ(engine->length(0), kept);
  evaluate(*engine, 0, tokens_of(*engine, "something else altogether"));
  EXPECT_EQ(engine->truncate(0, kept), kept);
  const Values again = evaluate(*engine, 0, {tokens.end() - 10, tokens.end()});
  EXPECT_LT(greatest_difference(fresh, again), kRounding);
}

TEST(LlamaEngine, truncating_to_more_than_there_is_changes_nothing) {
  const auto engine = load(sprout());
  evaluate(*engine, 0, {1, 2, 3});
  EXPECT_EQ(engine->truncate(0, 3), 3);
  EXPECT_EQ(engine->truncate(1, 0), 0);
}

TEST(LlamaEngine, a_copy_is_as_good_as_an_evaluation) {
  const auto engine = load(sprout());
  const auto tokens = tokens_of(*engine, kFrance);
  const Values fresh = evaluate(*engine, 0, tokens);
  evaluate(*engine, 1, tokens_of(*engine, kItaly));
  const int shared = static_cast<int>(tokens.size()) - 8;
  ASSERT_TRUE(engine->copy(0, 1, shared));
  EXPECT_EQ(engine->length(1), shared);
  engine->truncate(0, 0);
  const Values again = evaluate(*engine, 1, {tokens.end() - 8, tokens.end()});
  EXPECT_LT(greatest_difference(fresh, again), kRounding);
}

TEST(LlamaEngine, copying_more_than_there_is_is_refused) {
  const auto engine = load(sprout());
  evaluate(*engine, 0, {1, 2, 3});
  EXPECT_EQ(engine->copy(0, 1, 4).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(engine->length(1), 0);
}

TEST(LlamaEngine, a_full_slot_goes_on_after_a_shift) {
  const auto engine = load(sprout(64, 1));
  ASSERT_TRUE(engine->info().can_shift);
  Values logits = evaluate(*engine, 0, tokens_of(*engine, kFrance));
  for (int i = 0; i < 100; ++i) {
    if (engine->length(0) == 64) {
      ASSERT_TRUE(engine->shift(0, 4, 30));
      EXPECT_EQ(engine->length(0), 34);
    }
    logits = evaluate(*engine, 0, {hottest(logits)});
    ASSERT_TRUE(std::ranges::all_of(logits, [](float x) { return std::isfinite(x); }));
  }
}

TEST(LlamaEngine, a_shift_of_the_front_leaves_what_follows_nearly_as_if_evaluated_there) {
  const auto engine = load(sprout());
  const auto tokens = tokens_of(*engine, kFrance);
  const Values fresh = evaluate(*engine, 0, tokens);
  std::vector<Token> longer = tokens_of(*engine, "First some other words.");
  const int front = static_cast<int>(longer.size());
  longer.insert(longer.end(), tokens.begin(), tokens.end() - 1);
  evaluate(*engine, 1, longer);
  ASSERT_TRUE(engine->shift(1, 0, front));
  EXPECT_EQ(engine->length(1), static_cast<int>(tokens.size()) - 1);
  const Values shifted = evaluate(*engine, 1, {tokens.back()});
  EXPECT_EQ(hottest(shifted), hottest(fresh));
}

TEST(LlamaEngine, shifting_what_is_not_there_is_refused) {
  const auto engine = load(sprout());
  evaluate(*engine, 0, {1, 2, 3});
  EXPECT_EQ(engine->shift(0, 2, 2).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(engine->length(0), 3);
}

TEST(LlamaEngine, chunks_give_what_one_piece_gives) {
  const auto engine = load(sprout());
  const auto tokens = tokens_of(*engine, kFrance);
  const Values whole = evaluate(*engine, 0, tokens);
  const Values chunks = evaluate(*engine, 1, tokens, 7);
  EXPECT_LT(greatest_difference(whole, chunks), kRounding);
  engine->truncate(1, 0);
  const Values single = evaluate(*engine, 1, tokens, 1);
  EXPECT_LT(greatest_difference(whole, single), kRounding);
}

TEST(LlamaEngine, a_long_prompt_gives_the_same_in_chunks_but_for_the_kernel) {
  LoadSpec spec = sprout();
  spec.batch = 256;
  const auto engine = load(spec);
  std::string text;
  for (int i = 0; i < 5; ++i) text += kItaly + kFrance;
  const auto tokens = tokens_of(*engine, text);
  ASSERT_GT(tokens.size(), 128U);
  const Values whole = evaluate(*engine, 0, tokens, 256);
  const Values chunks = evaluate(*engine, 1, tokens, 50);
  EXPECT_LT(greatest_difference(whole, chunks), kOtherKernel);
  EXPECT_EQ(hottest(whole), hottest(chunks));
}

TEST(LlamaEngine, every_row_may_ask_for_its_logits) {
  LoadSpec spec = sprout();
  const auto engine = load(spec);
  auto tokens = tokens_of(*engine, kFrance + kItaly);
  tokens.resize(48);
  std::vector<Row> rows;
  for (const Token token : tokens) rows.push_back({0, token, true});
  std::vector<Values> given;
  ASSERT_TRUE(engine->step(rows,
                           [&](size_t row, const Logits& logits) {
                             EXPECT_EQ(row, given.size());
                             given.emplace_back(logits.f32.begin(), logits.f32.end());
                           },
                           {}));
  ASSERT_EQ(given.size(), 48U);
  engine->truncate(0, 0);
  for (const size_t row : {0U, 31U, 32U, 47U}) {
    engine->truncate(1, 0);
    const auto end = tokens.begin() + static_cast<std::ptrdiff_t>(row) + 1;
    EXPECT_LT(greatest_difference(given[row], evaluate(*engine, 1, {tokens.begin(), end})),
              kRounding);
  }
}

TEST(LlamaEngine, an_overflow_is_refused_and_nothing_is_evaluated) {
  const auto engine = load(sprout(64, 1));
  evaluate(*engine, 0, std::vector<Token>(60, 5));
  EXPECT_EQ(step_error(*engine, std::vector<Row>(5, {0, 5, true})), ErrorCode::kInvalidArgument);
  EXPECT_EQ(engine->length(0), 60);
  evaluate(*engine, 0, std::vector<Token>(4, 5));
  EXPECT_EQ(engine->length(0), 64);
}

TEST(LlamaEngine, rows_that_cannot_be_are_refused) {
  const auto engine = load(sprout());
  const int vocabulary = engine->vocabulary().size();
  EXPECT_EQ(step_error(*engine, {{2, 5, true}}), ErrorCode::kInvalidArgument);
  EXPECT_EQ(step_error(*engine, {{-1, 5, true}}), ErrorCode::kInvalidArgument);
  EXPECT_EQ(step_error(*engine, {{0, vocabulary, true}}), ErrorCode::kInvalidArgument);
  EXPECT_EQ(step_error(*engine, {{0, -1, true}}), ErrorCode::kInvalidArgument);
  EXPECT_EQ(step_error(*engine, std::vector<Row>(65, {0, 5, false})), ErrorCode::kInvalidArgument);
  EXPECT_EQ(engine->length(0), 0);
}

TEST(LlamaEngine, a_step_without_rows_does_nothing) {
  const auto engine = load(sprout());
  EXPECT_TRUE(engine->step({}, [](size_t, const Logits&) { ADD_FAILURE(); }, {}));
}

}  // namespace
}  // namespace axllama
