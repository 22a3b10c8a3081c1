#include "engine/axcl/card.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "axcl/memory.h"
#include "engine/axcl/standin_kit.h"

namespace axllama::npu {
namespace {

using namespace npu_test;
using testing::ElementsAre;

TEST(Card, its_jobs_run_on_one_thread_of_its_own) {
  const auto card = or_throw(Card::open(*runtime(), 3));
  const auto here = std::this_thread::get_id();
  const auto first = card->run([] { return std::this_thread::get_id(); });
  const auto second = card->run([] { return std::this_thread::get_id(); });
  EXPECT_EQ(first, second);
  EXPECT_NE(first, here);
}

TEST(Card, two_cards_work_at_the_same_time) {
  const auto one = or_throw(Card::open(*runtime(), 3));
  const auto other = or_throw(Card::open(*runtime(), 5));
  std::mutex mutex;
  std::condition_variable changed;
  int there = 0;
  const auto meet = [&] {
    std::unique_lock lock(mutex);
    ++there;
    changed.notify_all();
    changed.wait_for(lock, std::chrono::seconds(60), [&] { return there == 2; });
  };
  one->start(meet);
  other->start(meet);
  one->wait();
  other->wait();
  EXPECT_EQ(there, 2);
}

TEST(Card, tells_its_free_memory_and_stays_bound) {
  const Control set("properties_unbind = context\n");
  const auto card = or_throw(Card::open(*runtime(), 5));
  EXPECT_GT(or_throw(card->run([&] { return card->free_bytes(); })), 1U << 30);
  or_throw(card->run([&]() -> Result<void> {
    AX_TRY(const axcl::Memory memory, axcl::Memory::allocate(card->call(), 64, "a test"));
    return axcl::fill(card->call(), memory.at(), 1, 64);
  }));
}

TEST(Card, one_that_is_not_connected_is_not_found) {
  EXPECT_THAT(or_throw(choose_devices(*runtime(), {})), ElementsAre(3, 5));
  EXPECT_THAT(or_throw(choose_devices(*runtime(), {5, 5})), ElementsAre(5));
  const auto none = choose_devices(*runtime(), {4});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, ErrorCode::kNotFound);
}

TEST(Card, an_error_names_it_once) {
  const auto card = or_throw(Card::open(*runtime(), 5));
  EXPECT_EQ(on_card(*card, {ErrorCode::kInternal, "it failed", ""}).message, "card 5: it failed");
  EXPECT_EQ(on_card(*card, {ErrorCode::kInternal, "asking card 5: no", ""}).message,
            "asking card 5: no");
}

}  // namespace
}  // namespace axllama::npu
