#include "engine/axcl/slot_homes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace axllama::npu {
namespace {

using testing::ElementsAre;
using Home = SlotHome;

TEST(SlotHomes, go_round_the_replicas) {
  EXPECT_THAT(slot_homes(std::vector{2}), ElementsAre(Home{0, 0}, Home{0, 1}));
  EXPECT_THAT(slot_homes(std::vector{2, 2}),
              ElementsAre(Home{0, 0}, Home{1, 0}, Home{0, 1}, Home{1, 1}));
  EXPECT_THAT(slot_homes(std::vector{1, 3}),
              ElementsAre(Home{0, 0}, Home{1, 0}, Home{1, 1}, Home{1, 2}));
  EXPECT_THAT(slot_homes({}), ElementsAre());
}

}  // namespace
}  // namespace axllama::npu
