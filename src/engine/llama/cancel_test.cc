#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "engine/llama/test_kit.h"

namespace axllama {
namespace {

using namespace axllama::test_kit;
using Clock = std::chrono::steady_clock;

LoadSpec large() {
  LoadSpec spec = sprout(1024, 2);
  spec.batch = 1024;
  return spec;
}

std::vector<Row> prompt(size_t n, bool all_logits = false) {
  std::vector<Row> rows;
  for (size_t i = 0; i < n; ++i) {
    rows.push_back({0, static_cast<Token>(100 + i % 700), all_logits || i + 1 == n});
  }
  return rows;
}

const LogitsSink kNoSink = [](size_t, const Logits&) {};

void expect_works_as_fresh(Engine& engine, const std::vector<Token>& before) {
  const std::vector<Token> more = {5, 6, 7};
  const Values after = evaluate(engine, 0, more);
  std::vector<Token> whole = before;
  whole.insert(whole.end(), more.begin(), more.end());
  EXPECT_LT(greatest_difference(after, evaluate(engine, 1, whole)), 1e-3F);
}

TEST(LlamaCancel, a_stop_before_a_step_evaluates_nothing) {
  const auto engine = load(large());
  std::stop_source stop;
  stop.request_stop();
  const auto done = engine->step(prompt(10), kNoSink, stop.get_token());
  EXPECT_EQ(done.error().code, ErrorCode::kCanceled);
  EXPECT_EQ(engine->length(0), 0);
}

TEST(LlamaCancel, a_stop_between_the_parts_of_a_step_takes_back_what_was_done) {
  const auto engine = load(large());
  const std::vector<Token> before = {1, 2, 3, 4};
  evaluate(*engine, 0, before);
  std::stop_source stop;
  const auto done = engine->step(
      prompt(100, true), [&](size_t, const Logits&) { stop.request_stop(); }, stop.get_token());
  EXPECT_EQ(done.error().code, ErrorCode::kCanceled);
  EXPECT_EQ(engine->length(0), 4);
  expect_works_as_fresh(*engine, before);
}

TEST(LlamaCancel, a_stop_in_the_middle_of_a_prefill_leaves_the_length) {
  const auto engine = load(large());
  const std::vector<Token> before = {1, 2, 3, 4};
  evaluate(*engine, 0, before);
  const auto rows = prompt(1000);
  const auto start = Clock::now();
  ASSERT_TRUE(engine->step(rows, kNoSink, {}));
  const auto whole = Clock::now() - start;
  engine->truncate(0, 4);

  std::stop_source stop;
  const auto begun = Clock::now();
  std::jthread canceler([&] {
    while (Clock::now() < begun + whole / 4) std::this_thread::yield();
    stop.request_stop();
  });
  const auto done = engine->step(rows, kNoSink, stop.get_token());
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::kCanceled);
  EXPECT_EQ(engine->length(0), 4);
  expect_works_as_fresh(*engine, before);
}

TEST(LlamaCancel, a_stop_right_after_a_shift_does_not_spoil_the_slot) {
  const auto engine = load(large());
  evaluate(*engine, 0, {9, 8, 1, 2, 3, 4});
  evaluate(*engine, 1, {9, 8, 1, 2, 3, 4});
  std::stop_source stop;
  stop.request_stop();
  for (const int slot : {0, 1}) ASSERT_TRUE(engine->shift(slot, 0, 2));
  EXPECT_FALSE(engine->step(prompt(10), kNoSink, stop.get_token()));
  EXPECT_EQ(evaluate(*engine, 0, {5}), evaluate(*engine, 1, {5}));
}

TEST(LlamaCancel, a_stop_ends_an_embedding) {
  const auto engine = load(large());
  std::stop_source stop;
  stop.request_stop();
  const std::vector<Token> tokens(500, 5);
  EXPECT_EQ(engine->embed(tokens, stop.get_token()).error().code, ErrorCode::kCanceled);
  EXPECT_TRUE(engine->embed(tokens, {}));
}

}  // namespace
}  // namespace axllama
