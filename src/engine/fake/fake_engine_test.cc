#include "engine/fake/fake_engine.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "test_places.h"

namespace axllama {
namespace {

const std::string kSprout = source_path("/models/sprout/sprout-q8_0.gguf");

// The next token is the number of tokens so far.
FakeScript counting_script() {
  FakeScript script;
  script.next = [](const std::vector<Token>& tokens) { return static_cast<Token>(tokens.size()); };
  script.context = 8;
  script.slots = 2;
  script.chunk = 4;
  return script;
}

std::unique_ptr<Engine> make(FakeScript script, FakeCalls* calls = nullptr) {
  return make_fake_engine(std::move(script), *Vocabulary::load(kSprout), calls);
}

std::vector<Row> rows_of(int slot, std::vector<Token> tokens) {
  std::vector<Row> rows;
  for (const Token token : tokens) rows.push_back({slot, token, false});
  rows.back().wants_logits = true;
  return rows;
}

Token hottest(const Logits& logits) {
  return static_cast<Token>(std::ranges::max_element(logits.f32) - logits.f32.begin());
}

ErrorCode step_error(Engine& engine, const std::vector<Row>& rows) {
  const auto done = engine.step(rows, [](size_t, const Logits&) {}, {});
  EXPECT_FALSE(done);
  return done ? ErrorCode::kInternal : done.error().code;
}

void step(Engine& engine, const std::vector<Row>& rows) {
  ASSERT_TRUE(engine.step(rows, [](size_t, const Logits&) {}, {}));
}

TEST(FakeEngine, gives_the_scripted_token_all_the_probability) {
  const auto engine = make(counting_script());
  std::vector<Token> given;
  const auto sink = [&](size_t row, const Logits& logits) {
    EXPECT_EQ(row, 2U);
    EXPECT_EQ(static_cast<int>(logits.f32.size()), engine->vocabulary().size());
    EXPECT_EQ(std::ranges::count(logits.f32, 0.0F), engine->vocabulary().size() - 1);
    given.push_back(hottest(logits));
  };
  ASSERT_TRUE(engine->step(rows_of(0, {5, 6, 7}), sink, {}));
  EXPECT_EQ(given, std::vector<Token>{3});
  EXPECT_EQ(engine->length(0), 3);
  EXPECT_EQ(engine->length(1), 0);
}

TEST(FakeEngine, refuses_rows_past_the_context_and_evaluates_nothing) {
  const auto engine = make(counting_script());
  step(*engine, rows_of(0, {1, 2, 3, 4}));
  step(*engine, rows_of(0, {1, 2}));
  EXPECT_EQ(step_error(*engine, rows_of(0, {1, 2, 3})), ErrorCode::kInvalidArgument);
  EXPECT_EQ(engine->length(0), 6);
}

TEST(FakeEngine, refuses_more_rows_than_a_chunk) {
  const auto engine = make(counting_script());
  EXPECT_EQ(step_error(*engine, rows_of(0, {1, 2, 3, 4, 5})), ErrorCode::kInvalidArgument);
}

TEST(FakeEngine, refuses_slots_and_tokens_that_do_not_exist) {
  const auto engine = make(counting_script());
  EXPECT_EQ(step_error(*engine, rows_of(2, {1})), ErrorCode::kInvalidArgument);
  EXPECT_EQ(step_error(*engine, rows_of(0, {-1})), ErrorCode::kInvalidArgument);
}

TEST(FakeEngine, truncates_copies_and_shifts_the_tokens_of_a_slot) {
  FakeScript script = counting_script();
  std::vector<Token> seen;
  script.next = [&](const std::vector<Token>& tokens) {
    seen = tokens;
    return 0;
  };
  const auto engine = make(std::move(script));
  step(*engine, rows_of(0, {1, 2, 3, 4}));
  EXPECT_EQ(engine->truncate(0, 3), 3);
  ASSERT_TRUE(engine->copy(0, 1, 2));
  step(*engine, rows_of(1, {9}));
  EXPECT_EQ(seen, (std::vector<Token>{1, 2, 9}));
  ASSERT_TRUE(engine->shift(0, 1, 1));
  step(*engine, rows_of(0, {8}));
  EXPECT_EQ(seen, (std::vector<Token>{1, 3, 8}));
}

TEST(FakeEngine, can_be_told_not_to_shift) {
  FakeScript script = counting_script();
  script.can_shift = false;
  const auto engine = make(std::move(script));
  EXPECT_FALSE(engine->info().can_shift);
  EXPECT_EQ(engine->shift(0, 0, 1).error().code, ErrorCode::kUnsupported);
}

TEST(FakeEngine, an_error_before_a_step_leaves_the_slots_alone) {
  FakeScript script = counting_script();
  script.before_step = [](std::span<const Row>) { return fail(ErrorCode::kIo, "pulled"); };
  const auto engine = make(std::move(script));
  EXPECT_EQ(step_error(*engine, rows_of(0, {1})), ErrorCode::kIo);
  EXPECT_EQ(engine->length(0), 0);
}

TEST(FakeEngine, a_stop_while_a_step_waits_cancels_it) {
  std::stop_source stop;
  FakeScript script = counting_script();
  script.before_step = [&](std::span<const Row>) -> Result<void> {
    stop.request_stop();
    return {};
  };
  const auto engine = make(std::move(script));
  const auto done = engine->step(rows_of(0, {1}), [](size_t, const Logits&) {}, stop.get_token());
  EXPECT_EQ(done.error().code, ErrorCode::kCanceled);
  EXPECT_EQ(engine->length(0), 0);
}

TEST(FakeEngine, notes_what_was_called) {
  FakeCalls calls;
  const auto engine = make(counting_script(), &calls);
  step(*engine, rows_of(0, {1, 2, 3}));
  step(*engine, rows_of(1, {1}));
  ASSERT_TRUE(engine->copy(0, 1, 1));
  ASSERT_TRUE(engine->shift(0, 0, 1));
  const std::lock_guard lock(calls.mutex);
  EXPECT_EQ(calls.steps, 2);
  EXPECT_EQ(calls.rows_per_step, (std::vector<size_t>{3, 1}));
  EXPECT_EQ(calls.copies, 1);
  EXPECT_EQ(calls.shifts, 1);
}

TEST(FakeEngine, embeds_the_same_text_the_same_way) {
  const auto engine = make(counting_script());
  const std::vector<Token> tokens = {1, 2, 3};
  const auto first = engine->embed(tokens, {});
  ASSERT_TRUE(first);
  EXPECT_EQ(static_cast<int>(first->size()), engine->info().embedding_size);
  EXPECT_EQ(*first, *engine->embed(tokens, {}));
  EXPECT_EQ(engine->embed({}, {}).error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace axllama
