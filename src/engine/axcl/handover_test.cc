#include "engine/axcl/handover.h"

#include <gtest/gtest.h>

#include <thread>

namespace axllama::npu {
namespace {

TEST(Handover, gives_all_items_in_order) {
  Handover<int> handover;
  for (int round = 0; round < 3; ++round) {
    handover.begin(1000);
    std::thread maker([&] {
      for (int i = 0; i < 1000; ++i) {
        handover.next() = i + round;
        handover.put();
      }
      handover.close();
    });
    for (int i = 0; i < 1000; ++i) EXPECT_EQ(*handover.take(), i + round);
    EXPECT_EQ(handover.take(), nullptr);
    maker.join();
  }
}

TEST(Handover, a_taker_that_waits_learns_that_nothing_comes) {
  Handover<int> handover;
  handover.begin(2);
  std::thread maker([&] {
    handover.next() = 7;
    handover.put();
    handover.close();
  });
  EXPECT_EQ(*handover.take(), 7);
  EXPECT_EQ(handover.take(), nullptr);
  maker.join();
}

}  // namespace
}  // namespace axllama::npu
