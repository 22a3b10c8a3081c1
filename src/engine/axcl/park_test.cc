// Slots that go to host memory and come back.
#include <gtest/gtest.h>

#include "engine/axcl/standin_kit.h"

namespace axllama {
namespace {

using namespace npu_test;

constexpr int kLayers = 6;

class NpuParkTest : public testing::Test {
 protected:
  NpuParkTest() {
    tokens_ = engine_->vocabulary().encode(
        "<|im_start|>user\nMy name is Clara.<|im_end|>\n<|im_start|>assistant\nNice to meet you, "
        "Clara.<|im_end|>\n<|im_start|>user\nWhat is my name?<|im_end|>\n<|im_start|>assistant\n",
        true, true);
    length_ = static_cast<int>(tokens_.size());
    evaluate(*engine_, 0, tokens_);
  }
  // The logits of the next tokens of a conversation, whatever they are.
  std::vector<Bits> next(int slot) {
    std::vector<Bits> all;
    for (const Token token : {70, 71, 72, 73}) all.push_back(evaluate(*engine_, slot, {token}));
    all.push_back(evaluate(*engine_, slot, std::vector<Token>(40, 74)));  // through a chunk, too
    return all;
  }
  const std::unique_ptr<Engine> engine_ = load(spec(packed(kSmall), 2));
  std::vector<Token> tokens_;
  int length_ = 0;
};

TEST_F(NpuParkTest, logits_after_parking_are_those_without_bit_for_bit) {
  const SlotState state = or_throw(engine_->save(0, length_));
  EXPECT_EQ(state.bytes.size(), or_throw(engine_->saved_bytes(0, length_)));
  const std::vector<Bits> want = next(0);
  for (const int slot : {0, 1}) {
    engine_->truncate(slot, 0);
    evaluate(*engine_, slot, std::vector<Token>(120, 9));
    or_throw(engine_->restore(slot, state, length_));
    EXPECT_EQ(engine_->length(slot), length_);
    EXPECT_EQ(next(slot), want) << slot;
  }
}

TEST_F(NpuParkTest, a_beginning_can_be_saved_and_restored) {
  const int part = length_ - 9;
  const SlotState all = or_throw(engine_->save(0, length_));
  const SlotState beginning = or_throw(engine_->save(0, part));
  EXPECT_LT(beginning.bytes.size(), all.bytes.size());
  engine_->truncate(0, part);
  const std::vector<Bits> want = next(0);
  for (const SlotState* state : {&all, &beginning}) {
    or_throw(engine_->restore(1, *state, part));
    EXPECT_EQ(next(1), want);
  }
}

TEST_F(NpuParkTest, each_layer_waits_twice_for_the_card) {
  int64_t before = count("round_trips");
  const SlotState state = or_throw(engine_->save(0, length_));
  EXPECT_EQ(count("round_trips") - before, 2 * kLayers);
  before = count("round_trips");
  or_throw(engine_->restore(1, state, length_));
  EXPECT_EQ(count("round_trips") - before, 2 * kLayers);
}

TEST_F(NpuParkTest, a_failed_save_leaves_the_slot_as_it_is) {
  {
    const Control set("bad_return = axclrtMemcpy:5:0x80300501\n");
    EXPECT_FALSE(engine_->save(0, length_));
  }
  EXPECT_EQ(engine_->length(0), length_);
}

TEST_F(NpuParkTest, a_failed_restore_empties_the_slot) {
  const SlotState state = or_throw(engine_->save(0, length_));
  control("bad_return = axclrtMemcpy:5:0x80300501\n");
  EXPECT_FALSE(engine_->restore(1, state, length_));
  control("");
  EXPECT_EQ(engine_->length(1), 0);
  or_throw(engine_->restore(1, state, length_));
  EXPECT_EQ(next(1), next(0));
}

TEST_F(NpuParkTest, what_is_not_there_is_refused) {
  EXPECT_EQ(engine_->save(0, 0).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(engine_->save(0, length_ + 1).error().code, ErrorCode::kInvalidArgument);
  SlotState state = or_throw(engine_->save(0, length_));
  EXPECT_EQ(engine_->restore(1, state, length_ + 1).error().code, ErrorCode::kInvalidArgument);
  state.bytes.pop_back();
  EXPECT_EQ(engine_->restore(1, state, length_).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(engine_->length(1), 0);
}

}  // namespace
}  // namespace axllama
