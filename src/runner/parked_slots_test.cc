#include "runner/parked_slots.h"

#include <gtest/gtest.h>

#include <new>
#include <numeric>

#include "engine/fake/fake_engine.h"
#include "runner/slots.h"
#include "test_places.h"

namespace axllama::runner {
namespace {

using Tokens = std::vector<Token>;

constexpr size_t kBytes = sizeof(Token);  // of a token in the fake engine's states

Tokens run(Token first, int count) {
  Tokens tokens(static_cast<size_t>(count));
  std::iota(tokens.begin(), tokens.end(), first);
  return tokens;
}

class ParkedSlotsTest : public testing::Test {
 protected:
  void make(uint64_t budget, FakeScript script = {}) {
    script.next = [](const Tokens&) { return Token{1}; };
    script.chunk = script.context;
    auto vocabulary = Vocabulary::load(source_path("/models/sprout/sprout-q8_0.gguf"));
    engine_ = make_fake_engine(std::move(script), *std::move(vocabulary), &calls_);
    parked_.emplace(*engine_, budget);
  }
  // Evaluates tokens in slot 0, which they have to themselves.
  void fill(const Tokens& tokens) {
    engine_->truncate(0, 0);
    std::vector<Row> rows;
    for (const Token token : tokens) rows.push_back({0, token, false});
    ASSERT_TRUE(engine_->step(rows, [](size_t, const Logits&) {}, {}));
  }
  void park(const Tokens& tokens) {
    fill(tokens);
    parked_->park(0, {tokens, tokens.size()}, 0);
  }
  // What is brought back for a prompt, in place of what slot 0 holds.
  Tokens bring_back(const Tokens& prompt, const Tokens& instead = {}) {
    fill(instead);
    const auto found = parked_->find(prompt, 0);
    if (!found) return {};
    const size_t shared = common_prefix(instead, prompt);
    const Tokens tokens = parked_->exchange(0, {instead, instead.size()}, shared, *found);
    EXPECT_EQ(engine_->length(0), static_cast<int>(tokens.size()));
    return tokens;
  }
  FakeCalls calls_;
  std::unique_ptr<Engine> engine_;
  std::optional<ParkedSlots> parked_;
};

const Tokens kA = run(100, 40), kB = run(200, 40), kC = run(300, 40);
const Token kNext = 7;

Tokens then(Tokens tokens, Token next = kNext) {
  tokens.push_back(next);
  return tokens;
}

TEST_F(ParkedSlotsTest, what_was_parked_comes_back_and_its_memory_is_free_again) {
  make(1000);
  park(kA);
  EXPECT_EQ(parked_->bytes(), 40 * kBytes);
  EXPECT_EQ(bring_back(then(kA)), kA);
  EXPECT_EQ(parked_->bytes(), 0U);
  EXPECT_FALSE(parked_->find(then(kA), 0));
}

TEST_F(ParkedSlotsTest, an_exchange_parks_what_it_takes_the_slot_from) {
  make(1000);
  park(kA);
  EXPECT_EQ(bring_back(then(kA), kB), kA);
  EXPECT_EQ(bring_back(then(kB), kA), kB);
  EXPECT_EQ(bring_back(then(kA), kB), kA);
  EXPECT_EQ(parked_->bytes(), 40 * kBytes);
}

TEST_F(ParkedSlotsTest, a_shared_beginning_is_lent_and_the_rest_stays_parked) {
  make(1000);
  park(kA);
  const Tokens other = Tokens(kA.begin(), kA.begin() + 35);
  EXPECT_EQ(bring_back(then(other)), other);
  EXPECT_EQ(parked_->bytes(), 40 * kBytes);
  EXPECT_EQ(bring_back(then(kA)), kA);
}

TEST_F(ParkedSlotsTest, the_budget_holds_while_one_goes_and_another_comes) {
  uint64_t most = 0;
  FakeScript script;
  script.before_save = script.before_restore = [&](int) -> Result<void> {
    most = std::max(most, parked_->bytes());
    return {};
  };
  make(2 * 40 * kBytes, script);
  park(kA);
  park(kB);
  park(kC);  // drops kA
  EXPECT_EQ(parked_->bytes(), 80 * kBytes);
  EXPECT_EQ(bring_back(then(kA)), Tokens{});
  EXPECT_EQ(bring_back(then(kB), kA), kB);  // kC goes: kB is still in memory when kA is saved
  EXPECT_EQ(bring_back(then(kC)), Tokens{});
  EXPECT_EQ(bring_back(then(kA)), kA);
  EXPECT_LE(most, 80 * kBytes);
}

TEST_F(ParkedSlotsTest, what_is_larger_than_the_budget_is_not_parked) {
  make(39 * kBytes);
  park(kA);
  EXPECT_EQ(parked_->bytes(), 0U);
  EXPECT_EQ(calls_.saves, 0);
}

TEST_F(ParkedSlotsTest, without_a_budget_nothing_is_parked) {
  make(0);
  park(kA);
  EXPECT_EQ(calls_.saves, 0);
}

TEST_F(ParkedSlotsTest, a_longer_history_replaces_its_beginning) {
  make(10'000);
  park(kA);
  Tokens longer = kA;
  longer.insert(longer.end(), kB.begin(), kB.end());
  park(longer);
  EXPECT_EQ(parked_->bytes(), 80 * kBytes);
}

TEST_F(ParkedSlotsTest, what_is_parked_already_is_not_saved_again) {
  make(10'000);
  park(kA);
  park(kA);
  EXPECT_EQ(calls_.saves, 1);
  EXPECT_EQ(parked_->bytes(), 40 * kBytes);
}

TEST_F(ParkedSlotsTest, a_failed_save_leaves_nothing_behind_and_the_next_may_work) {
  bool broken = true;
  FakeScript script;
  script.before_save = [&](int) -> Result<void> {
    if (broken) return fail(ErrorCode::kIo, "the card coughed");
    return {};
  };
  make(1000, script);
  park(kA);
  EXPECT_EQ(parked_->bytes(), 0U);
  EXPECT_FALSE(parked_->find(then(kA), 0));
  broken = false;
  park(kA);
  EXPECT_EQ(bring_back(then(kA)), kA);
}

TEST_F(ParkedSlotsTest, memory_that_is_not_there_is_a_failed_save) {
  FakeScript script;
  script.before_save = [](int) -> Result<void> { throw std::bad_alloc(); };
  make(1000, script);
  park(kA);
  EXPECT_EQ(parked_->bytes(), 0U);
}

TEST_F(ParkedSlotsTest, a_model_that_cannot_be_saved_is_not_asked_again) {
  int asked = 0;
  FakeScript script;
  script.before_save = [&](int) -> Result<void> {
    ++asked;
    return fail(ErrorCode::kUnsupported, "this model can't");
  };
  make(1000, script);
  park(kA);
  park(kB);
  EXPECT_EQ(asked, 1);
}

TEST_F(ParkedSlotsTest, a_failed_restore_empties_the_slot_and_frees_the_memory) {
  FakeScript script;
  script.before_restore = [](int) -> Result<void> { return fail(ErrorCode::kIo, "coughed"); };
  make(1000, script);
  park(kA);
  EXPECT_EQ(bring_back(then(kA), kB), Tokens{});
  EXPECT_EQ(engine_->length(0), 0);
  EXPECT_EQ(parked_->bytes(), 40 * kBytes);  // kB
  EXPECT_FALSE(parked_->find(then(kA), 0));
}

TEST_F(ParkedSlotsTest, a_model_that_restores_no_parts_gets_whole_ones) {
  FakeScript script;
  script.restores_parts = false;
  make(1000, script);
  park(kA);
  EXPECT_EQ(bring_back(then(Tokens(kA.begin(), kA.begin() + 35))), Tokens{});
  EXPECT_EQ(bring_back(then(kA)), kA);
}

}  // namespace
}  // namespace axllama::runner
