#include "standin/runtime/overlap.h"

#include <gtest/gtest.h>

namespace axllama::standin {
namespace {

TEST(Overlap, is_work_for_which_nobody_waits) {
  Overlap overlap;
  overlap.busy(0, 100);
  EXPECT_EQ(overlap.total(40), 40);
  overlap.blocked(40, 100);
  EXPECT_EQ(overlap.total(200), 40);
  overlap.busy(200, 300);
  overlap.blocked(150, 400);
  EXPECT_EQ(overlap.total(400), 40);
}

TEST(Overlap, several_pieces_of_work_add_up) {
  Overlap overlap;
  overlap.busy(0, 10);
  overlap.busy(10, 30);
  overlap.blocked(5, 12);
  EXPECT_EQ(overlap.total(30), 5 + 18);
}

TEST(Overlap, empty_work_is_none) {
  Overlap overlap;
  overlap.busy(5, 5);
  EXPECT_EQ(overlap.total(10), 0);
}

}  // namespace
}  // namespace axllama::standin
