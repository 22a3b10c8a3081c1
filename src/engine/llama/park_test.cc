// Slots that go to host memory and come back.
#include <gtest/gtest.h>

#include "engine/llama/test_kit.h"
#include "engine/llama/tiny_models.h"
#include "token/broken_files.h"

namespace axllama {
namespace {

using namespace axllama::test_kit;

const std::string kClara =
    "<|im_start|>user\nMy name is Clara.<|im_end|>\n<|im_start|>assistant\nNice to meet you, "
    "Clara.<|im_end|>\n<|im_start|>user\nWhat is my name?<|im_end|>\n<|im_start|>assistant\n"
    "<think>\n\n</think>\n\n";
const std::string kSpain =
    "<|im_start|>user\nWhat is the capital of Spain?<|im_end|>\n<|im_start|>assistant\n";

// The answer to kClara's last token, once what precedes it is in the slot.
std::vector<Token> answer(Engine& engine, int slot, Token last) {
  return continue_greedily(engine, slot, evaluate(engine, slot, {last}), 24);
}

class ParkTest : public testing::Test {
 protected:
  ParkTest() {
    tokens_ = tokens_of(*engine_, kClara);
    last_ = tokens_.back();
    tokens_.pop_back();
    length_ = static_cast<int>(tokens_.size());
    evaluate(*engine_, 0, tokens_);
  }
  const std::unique_ptr<Engine> engine_ = load(sprout());
  std::vector<Token> tokens_;
  Token last_ = 0;
  int length_ = 0;
};

TEST_F(ParkTest, an_answer_after_parking_is_the_answer_without) {
  const SlotState state = or_throw(engine_->save(0, length_));
  EXPECT_EQ(state.bytes.size(), or_throw(engine_->saved_bytes(0, length_)));
  const std::vector<Token> want = answer(*engine_, 0, last_);
  EXPECT_NE(engine_->vocabulary().decode(want).find("Clara"), std::string::npos);
  for (const int slot : {0, 1}) {
    engine_->truncate(slot, 0);
    evaluate(*engine_, slot, tokens_of(*engine_, kSpain));
    or_throw(engine_->restore(slot, state, length_));
    EXPECT_EQ(engine_->length(slot), length_);
    EXPECT_EQ(answer(*engine_, slot, last_), want) << slot;
  }
}

TEST_F(ParkTest, a_slot_is_as_before_when_it_is_saved) {
  const SlotState state = or_throw(engine_->save(0, length_));
  EXPECT_EQ(engine_->length(0), length_);
  EXPECT_EQ(or_throw(engine_->save(0, length_)).bytes, state.bytes);
}

TEST_F(ParkTest, a_beginning_can_be_saved_and_restored) {
  const Values want = evaluate(*engine_, 0, {last_});
  engine_->truncate(0, length_);
  const SlotState all = or_throw(engine_->save(0, length_));
  const SlotState part = or_throw(engine_->save(0, length_ - 20));
  EXPECT_EQ(part.length, length_ - 20);
  const auto rest = [&](int from) {
    return std::vector<Token>(tokens_.begin() + from, tokens_.end());
  };
  for (const SlotState* state : {&all, &part}) {
    or_throw(engine_->restore(1, *state, length_ - 20));
    EXPECT_EQ(engine_->length(1), length_ - 20);
    evaluate(*engine_, 1, rest(length_ - 20));
    EXPECT_LT(greatest_difference(evaluate(*engine_, 1, {last_}), want), 1e-3F);
  }
}

TEST_F(ParkTest, what_is_not_there_is_refused) {
  EXPECT_EQ(engine_->save(0, 0).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(engine_->save(0, length_ + 1).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(engine_->save(1, 1).error().code, ErrorCode::kInvalidArgument);
  const SlotState state = or_throw(engine_->save(0, length_));
  EXPECT_EQ(engine_->restore(0, state, length_ + 1).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(engine_->length(0), 0);
}

TEST_F(ParkTest, a_broken_state_empties_the_slot_and_the_next_is_good) {
  const SlotState state = or_throw(engine_->save(0, length_));
  const Values want = evaluate(*engine_, 0, {last_});
  for (const size_t bytes : {size_t{0}, size_t{4}, state.bytes.size() / 2}) {
    SlotState broken = state;
    broken.bytes.resize(bytes);
    EXPECT_FALSE(engine_->restore(0, broken, length_)) << bytes;
    EXPECT_EQ(engine_->length(0), 0);
  }
  or_throw(engine_->restore(0, state, length_));
  EXPECT_LT(greatest_difference(evaluate(*engine_, 0, {last_}), want), 1e-3F);
}

// The keys still stand where they were.
TEST_F(ParkTest, a_shift_has_to_be_complete_before_it_is_saved) {
  ASSERT_TRUE(engine_->shift(0, 4, 10));
  EXPECT_EQ(engine_->save(0, length_ - 10).error().code, ErrorCode::kBusy);
  evaluate(*engine_, 0, {last_});
  EXPECT_TRUE(engine_->save(0, length_ - 9));
}

std::unique_ptr<Engine> load_tiny(const ScratchFile& file) {
  LoadSpec spec = sprout(0, 2);
  spec.model = file.path();
  return load(spec);
}

std::vector<Token> letters(int count) {
  std::vector<Token> tokens;
  for (int i = 0; i < count; ++i) tokens.push_back(100 + i);
  return tokens;
}

TEST(ParkKinds, recurrent_state_is_parked_as_a_whole) {
  const ScratchFile file;
  write_tiny_mamba(file.path());
  const auto engine = load_tiny(file);
  EXPECT_FALSE(engine->info().restores_parts);
  evaluate(*engine, 0, letters(4));
  EXPECT_EQ(engine->save(0, 3).error().code, ErrorCode::kUnsupported);
  const SlotState state = or_throw(engine->save(0, 4));
  const Values want = evaluate(*engine, 0, {9});
  EXPECT_EQ(engine->restore(1, state, 3).error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(engine->length(1), 0);
  or_throw(engine->restore(1, state, 4));
  EXPECT_EQ(evaluate(*engine, 1, {9}), want);
}

// libllama leaves out what the window has passed, so a restored slot can't go back behind it.
TEST(ParkKinds, a_sliding_window_is_parked_as_a_whole) {
  const ScratchFile file;
  write_tiny_gemma(file.path());
  const auto engine = load_tiny(file);
  EXPECT_FALSE(engine->info().restores_parts);
  evaluate(*engine, 0, letters(40));
  EXPECT_EQ(engine->save(0, 39).error().code, ErrorCode::kUnsupported);
  const SlotState state = or_throw(engine->save(0, 40));
  or_throw(engine->restore(1, state, 40));
  const Values want = evaluate(*engine, 0, {9});
  EXPECT_LT(greatest_difference(evaluate(*engine, 1, {9}), want), 1e-4F);

  for (const int slot : {0, 1}) engine->truncate(slot, 40);
  EXPECT_EQ(engine->length(1), 40);
  EXPECT_EQ(engine->truncate(1, 39), 39);
  EXPECT_EQ(engine->truncate(0, 39), 39);
  EXPECT_LT(greatest_difference(evaluate(*engine, 1, {9}), evaluate(*engine, 0, {9})), 1e-4F);

  EXPECT_EQ(engine->truncate(1, 30), 0);
  EXPECT_EQ(engine->truncate(0, 30), 30);
  evaluate(*engine, 1, letters(30));
  EXPECT_LT(greatest_difference(evaluate(*engine, 1, {9}), evaluate(*engine, 0, {9})), 1e-4F);
}

TEST(ParkKinds, an_embedding_model_has_nothing_to_park) {
  const ScratchFile file;
  write_tiny_bert(file.path(), FilePooling::kMean);
  const auto engine = load_tiny(file);
  EXPECT_EQ(engine->save(0, 1).error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(engine->restore(0, {}, 1).error().code, ErrorCode::kUnsupported);
}

}  // namespace
}  // namespace axllama
