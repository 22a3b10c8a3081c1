// The engine on several cards: replicas, and a model that is split over two.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "axmodel/folder.h"
#include "engine/axcl/part.h"
#include "engine/axcl/standin_kit.h"

namespace axllama {
namespace {

using namespace npu_test;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr uint64_t kFloor = 64 << 20;  // what the engine leaves of each card

AxclSpec on(std::vector<int32_t> devices, int slots = 1) {
  AxclSpec how = spec(packed(kSmall), slots);
  how.devices = std::move(devices);
  return how;
}

// Memory of a card that suffices for so many tenths of Sprout.
uint64_t room_for(uint64_t tenths) {
  const axmodel::ModelFolder folder = or_throw(axmodel::describe_folder(packed(kSmall)));
  return kFloor + npu::bytes_of(folder, npu::whole(folder)).all() * tenths / 10;
}

std::vector<std::string> cards(const Engine& engine) {
  std::vector<std::string> names;
  for (const DeviceMemory& memory : engine.info().memory) names.push_back(memory.device);
  return names;
}

// A chunk of a prompt, then tokens one by one, through slot `slot`: the logits of each step.
std::vector<Bits> conversation(Engine& engine, int slot) {
  engine.truncate(slot, 0);
  std::vector<Token> next;
  for (Token token = 100; token < 170; ++token) next.push_back(token);
  std::vector<Bits> all;
  for (int i = 0; i < 12; ++i) {
    all.push_back(evaluate(engine, slot, next));
    next = {hottest(all.back())};
  }
  return all;
}

// Many rows of several slots in one step; the logits of each that asked.
std::vector<Bits> step(Engine& engine, const std::vector<Row>& rows) {
  std::vector<Bits> all;
  size_t before = 0;
  const auto here = std::this_thread::get_id();
  or_throw(engine.step(rows,
                       [&](size_t row, const Logits& logits) {
                         EXPECT_EQ(std::this_thread::get_id(), here);
                         EXPECT_TRUE(all.empty() || row > before);
                         before = row;
                         all.emplace_back(logits.bf16.begin(), logits.bf16.end());
                       },
                       {}));
  return all;
}

TEST(Cards, a_model_is_loaded_on_all_that_are_connected) {
  const auto engine = load(on({}, 2));
  EXPECT_THAT(cards(*engine), ElementsAre("AX650 3", "AX650 5"));
  EXPECT_EQ(engine->slots(), 4);
  EXPECT_THAT(cards(*load(on({5}))), ElementsAre("AX650 5"));
}

TEST(Cards, a_conversation_has_the_same_bits_on_each) {
  const std::vector<Bits> want = conversation(*load(on({3})), 0);
  const auto engine = load(on({3, 5}, 2));
  for (int slot = 0; slot < 4; ++slot) EXPECT_EQ(conversation(*engine, slot), want) << slot;
}

TEST(Cards, a_step_of_many_slots_gives_each_row_its_logits_in_order) {
  const auto one = load(on({3}, 4));
  const auto two = load(on({3, 5}, 2));
  std::vector<Row> rows;
  for (int i = 0; i < 32; ++i) rows.push_back({(i / 3) % 4, 50 + i, i % 2 == 0});
  const std::vector<Bits> want = step(*one, rows);
  EXPECT_EQ(want.size(), 16u);
  EXPECT_EQ(step(*two, rows), want);
  EXPECT_EQ(step(*two, rows), step(*one, rows));
  for (int slot = 0; slot < 4; ++slot) EXPECT_EQ(two->length(slot), one->length(slot));
}

TEST(Cards, a_prefix_is_copied_from_card_to_card) {
  const auto engine = load(on({3, 5}, 2));
  conversation(*engine, 0);
  const Bits want = evaluate(*engine, 0, {7});
  const int length = engine->length(0);
  engine->truncate(0, length - 1);
  for (const int slot : {1, 2, 3}) {
    ASSERT_TRUE(engine->copy(0, slot, length - 1));
    EXPECT_EQ(engine->length(slot), length - 1);
    EXPECT_EQ(evaluate(*engine, slot, {7}), want) << slot;
  }
}

// By the stand-in's clock, at 5 MB or so a token and 0.1 GB/s.
TEST(Cards, two_conversations_on_two_cards_take_the_time_of_one) {
  const Control set("timing = virtual\nbandwidth_gbs = 0.1\n");
  const auto engine = load(on({3, 5}, 2));
  for (int slot = 0; slot < 4; ++slot) evaluate(*engine, slot, {5});
  const auto time = [&](std::vector<int> slots) {
    std::vector<Row> rows;
    for (const int slot : slots) rows.push_back({slot, 6, true});
    const int64_t before = count("now_ns");
    step(*engine, rows);
    return static_cast<double>(count("now_ns") - before);
  };
  const double one = time({0});
  EXPECT_GT(one, 40e6);
  EXPECT_GT(time({0, 2}), 1.9 * one);
  // The clock is moved by both threads: one that the machine lets start late finds it moved.
  double both = time({0, 1});
  for (int i = 0; i < 200 && both > 1.2 * one; ++i) both = std::min(both, time({0, 1}));
  EXPECT_LT(both, 1.2 * one);
}

TEST(Cards, one_without_room_is_left_out) {
  const HeldMemory held(5, kFloor);
  const auto engine = load(on({}, 2));
  EXPECT_THAT(cards(*engine), ElementsAre("AX650 3"));
  EXPECT_EQ(engine->slots(), 2);
}

TEST(Cards, one_that_fails_is_left_out_unless_it_was_named) {
  const uint64_t before = free_memory(3) + free_memory(5);
  {
    const Control set("bad_return = axclrtEngineLoadFromFile:5:0x8030070c\n");
    EXPECT_EQ(cards(*load(on({}))).size(), 1u);
  }
  EXPECT_EQ(free_memory(3) + free_memory(5), before);
  {
    const Control set("bad_return = axclrtEngineLoadFromFile:5:0x8030070c\n");
    const auto engine = load_axcl_engine(runtime(), on({3, 5}));
    ASSERT_FALSE(engine);
    EXPECT_THAT(engine.error().message,
                testing::AllOf(HasSubstr("card "), HasSubstr("0x8030070c")));
  }
  EXPECT_EQ(free_memory(3) + free_memory(5), before);
}

TEST(Cards, a_fault_of_one_names_it_and_leaves_all_slots_as_they_were) {
  const uint64_t before = free_memory(3) + free_memory(5);
  auto engine = load(on({3, 5}));
  evaluate(*engine, 0, {5, 6, 7});
  evaluate(*engine, 1, {5, 6});
  const std::vector<Row> rows = {{1, 8, true}, {0, 8, true}};
  {
    const Control set("bad_return = axclrtEngineExecuteAsync:1:0x8030070c\n");
    const Result<void> failed = engine->step({rows.data(), 1}, [](size_t, const Logits&) {}, {});
    ASSERT_FALSE(failed);
    EXPECT_THAT(failed.error().message, HasSubstr("card 5: "));
    EXPECT_THAT(failed.error().message, HasSubstr("0x8030070c"));
    control("bad_return = axclrtEngineExecuteAsync:3:0x8030070c\n");
    EXPECT_FALSE(engine->step(rows, [](size_t, const Logits&) {}, {}));
    control("");
    EXPECT_EQ(engine->length(0), 3);
    EXPECT_EQ(engine->length(1), 2);
    EXPECT_EQ(step(*engine, rows).size(), 2u);
    engine.reset();
    EXPECT_EQ(free_memory(3) + free_memory(5), before);
  }
}

TEST(Cards, a_step_that_is_stopped_is_canceled_on_all) {
  const auto engine = load(on({3, 5}));
  std::stop_source stop;
  stop.request_stop();
  const std::vector<Row> rows = {{0, 8, true}, {1, 8, true}};
  const auto done = engine->step(rows, [](size_t, const Logits&) {}, stop.get_token());
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::kCanceled);
  EXPECT_EQ(engine->length(0) + engine->length(1), 0);
}

struct SplitCase {
  const char* name;
  uint64_t first, second;  // tenths of Sprout that the cards have room for
};

TEST(Split, gives_bit_for_bit_the_logits_of_one_card) {
  const auto one = load(on({3}));
  const std::vector<Bits> want = conversation(*one, 0);
  for (const SplitCase& split :
       {SplitCase{"halves", 8, 8}, SplitCase{"fewer here", 4, 9}, SplitCase{"fewer there", 9, 6}}) {
    const HeldMemory first(3, room_for(split.first));
    const HeldMemory second(5, room_for(split.second));
    for (const npu::Shortcuts shortcuts : {npu::kFast, npu::kPlain}) {
      AxclSpec how = on({});
      how.shortcuts = shortcuts;
      const auto engine = load(how);
      ASSERT_THAT(cards(*engine), ElementsAre("AX650 3", "AX650 5")) << split.name;
      EXPECT_EQ(engine->slots(), 1);
      EXPECT_EQ(conversation(*engine, 0), want) << split.name;
    }
  }
}

TEST(Split, slots_do_not_see_each_other) {
  const auto one = load(on({3}, 3));
  const HeldMemory first(3, room_for(9));
  const HeldMemory second(5, room_for(9));
  const auto engine = load(on({}, 3));
  ASSERT_EQ(cards(*engine).size(), 2u);
  ASSERT_EQ(engine->slots(), 3);
  std::vector<Row> rows;
  for (int i = 0; i < 32; ++i) rows.push_back({(i / 5) % 3, 50 + i, i % 3 == 0});
  const std::vector<Bits> want = step(*one, rows);
  EXPECT_EQ(step(*engine, rows), want);
  ASSERT_TRUE(engine->copy(0, 1, engine->length(0)));
  ASSERT_TRUE(one->copy(0, 1, one->length(0)));
  EXPECT_EQ(evaluate(*engine, 1, {9}), evaluate(*one, 1, {9}));
}

TEST(Split, what_fits_on_no_two_cards_is_refused_with_the_numbers_before_the_first_byte) {
  const HeldMemory first(3, room_for(3));
  const HeldMemory second(5, room_for(3));
  const uint64_t before = free_memory(3) + free_memory(5);
  const int64_t sent = count("bytes_h2d");
  const auto engine = load_axcl_engine(runtime(), on({}));
  ASSERT_FALSE(engine);
  EXPECT_EQ(engine.error().code, ErrorCode::kNoMemory);
  EXPECT_THAT(engine.error().message, HasSubstr("nor split over them: it needs "));
  EXPECT_EQ(count("bytes_h2d"), sent);
  EXPECT_EQ(free_memory(3) + free_memory(5), before);
}

TEST(Split, a_fault_of_a_later_stage_names_its_card_and_the_next_step_works) {
  const auto one = load(on({3}));
  const std::vector<Bits> want = conversation(*one, 0);
  const HeldMemory first(3, room_for(8));
  const HeldMemory second(5, room_for(8));
  const uint64_t before = free_memory(3) + free_memory(5);
  auto engine = load(on({}));
  evaluate(*engine, 0, {5, 6, 7});
  // The first stage has 3 or 4 of the 6 layers; the 6th run is the second one's.
  control("bad_return = axclrtEngineExecuteAsync:6:0x8030070c\n");
  const Row row{0, 8, true};
  const Result<void> failed = engine->step({&row, 1}, [](size_t, const Logits&) {}, {});
  control("");
  ASSERT_FALSE(failed);
  EXPECT_THAT(failed.error().message, HasSubstr("card 5: "));
  EXPECT_EQ(engine->length(0), 3);
  EXPECT_EQ(conversation(*engine, 0), want);
  engine.reset();
  EXPECT_EQ(free_memory(3) + free_memory(5), before);
}

TEST(Split, a_load_that_fails_on_one_card_gives_both_back) {
  const HeldMemory first(3, room_for(8));
  const HeldMemory second(5, room_for(8));
  const uint64_t before = free_memory(3) + free_memory(5);
  control("bad_return = axclrtEngineLoadFromFile:6:0x8030070c\n");
  const auto engine = load_axcl_engine(runtime(), on({}));
  control("");
  ASSERT_FALSE(engine);
  EXPECT_THAT(engine.error().message, HasSubstr("card "));
  EXPECT_EQ(free_memory(3) + free_memory(5), before);
}

}  // namespace
}  // namespace axllama
