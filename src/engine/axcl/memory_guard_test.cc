// What the engine does with a card's memory when there is too little, and whether all comes back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "axmodel/folder.h"
#include "engine/axcl/part.h"
#include "engine/axcl/standin_kit.h"

namespace axllama {
namespace {

using namespace npu_test;
using testing::AllOf;
using testing::HasSubstr;

constexpr uint64_t kFloor = 64 << 20;

npu::PartBytes needs(const std::string& options = kSmall) {
  const axmodel::ModelFolder folder = or_throw(axmodel::describe_folder(packed(options)));
  return npu::bytes_of(folder, npu::whole(folder));
}

TEST(MemoryGuard, what_does_not_fit_is_refused_with_the_numbers_before_the_first_byte) {
  const HeldMemory held(3, kFloor + needs().all() - (512 << 10));
  const uint64_t before = free_memory();
  const int64_t sent = count("bytes_h2d");
  const auto engine = load_axcl_engine(runtime(), spec(packed(kSmall)));
  ASSERT_FALSE(engine);
  EXPECT_EQ(engine.error().code, ErrorCode::kNoMemory);
  EXPECT_THAT(engine.error().message,
              AllOf(HasSubstr("does not fit on the card: it needs 7"), HasSubstr("MB are free")));
  EXPECT_EQ(count("bytes_h2d"), sent);
  EXPECT_EQ(free_memory(), before);
}

TEST(MemoryGuard, what_just_fits_is_loaded_and_leaves_the_floor) {
  const HeldMemory held(3, kFloor + needs().all() + (256 << 10));
  const uint64_t before = free_memory();
  {
    const auto engine = load(spec(packed(kSmall)));
    evaluate(*engine, 0, {5, 6, 7});
    EXPECT_GE(free_memory(), kFloor);
  }
  EXPECT_EQ(free_memory(), before);
}

// Three times what the files tell, where there is room for one and a half.
TEST(MemoryGuard, a_model_that_lies_about_its_size_is_stopped_at_the_floor) {
  const HeldMemory held(3, kFloor + needs().all() * 3 / 2);
  const uint64_t before = free_memory();
  {
    // No reboot: what is given back must be given back by the engine.
    control("model_percent = 300\n");
    reset_counters();
    const auto engine = load_axcl_engine(runtime(), spec(packed(kSmall)));
    control("");
    ASSERT_FALSE(engine);
    EXPECT_EQ(engine.error().code, ErrorCode::kNoMemory);
    EXPECT_THAT(engine.error().message, HasSubstr("took more than the size"));
    EXPECT_GT(count("bytes_h2d"), 0);
    EXPECT_LE(3 * count("bytes_h2d"), static_cast<int64_t>(before - kFloor));
  }
  EXPECT_EQ(free_memory(), before);
}

// Asking how much is free takes 1.5 s; trying whether it is enough, hardly any time.
TEST(MemoryGuard, a_card_with_room_is_not_asked_how_much) {
  const HeldMemory held(3, kFloor + needs().all() + needs().cache + (256 << 10));
  reset_counters();
  EXPECT_EQ(load(spec(packed(kSmall), 2))->slots(), 2);
  EXPECT_EQ(calls_of("axclrtGetDeviceProperties"), 0);
  EXPECT_LT(load(spec(packed(kSmall), 100))->slots(), 100);
  EXPECT_EQ(calls_of("axclrtGetDeviceProperties"), 1);
}

// More than was tried is asked for then: half of the card is free.
TEST(MemoryGuard, a_model_that_lies_about_its_size_has_all_that_is_free) {
  control("model_percent = 300\n");
  const auto engine = load_axcl_engine(runtime(), spec(packed(kSmall), 3));
  control("");
  ASSERT_TRUE(engine) << engine.error().text();
  EXPECT_EQ((*engine)->slots(), 3);
}

// Each file only a fifth more, and the caches large.
TEST(MemoryGuard, room_for_the_caches_is_asked_for_again_once_all_is_loaded) {
  const std::string large = "--chunk 32 --context 2047 --history 0,1024";
  const HeldMemory held(3, kFloor + needs(large).all() + (64 << 10));
  const uint64_t before = free_memory();
  control("model_percent = 120\n");
  const auto engine = load_axcl_engine(runtime(), spec(packed(large)));
  control("");
  ASSERT_FALSE(engine);
  EXPECT_EQ(engine.error().code, ErrorCode::kNoMemory);
  EXPECT_THAT(engine.error().message, HasSubstr("it took more than the size"));
  EXPECT_EQ(free_memory(), before);
}

TEST(MemoryGuard, slots_are_fewer_where_more_would_cross_the_floor) {
  const npu::PartBytes bytes = needs();
  const HeldMemory held(3, kFloor + bytes.all() + 2 * bytes.cache);
  const auto engine = load(spec(packed(kSmall), 100));
  EXPECT_GE(engine->slots(), 3);
  EXPECT_LT(engine->slots(), 8);
  EXPECT_GE(free_memory(), kFloor);
}

// bench/npu_loads does the same two hundred times.
TEST(MemoryGuard, many_loads_give_all_memory_back) {
  load(spec(packed(kSmall)));
  const uint64_t before = free_memory();
  for (int i = 0; i < 30; ++i) {
    const auto engine = load(spec(packed(kSmall), 2));
    if (i % 10 == 0) evaluate(*engine, 0, {5, 6, 7});
  }
  EXPECT_EQ(free_memory(), before);
}

}  // namespace
}  // namespace axllama
