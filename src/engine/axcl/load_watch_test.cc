#include "engine/axcl/load_watch.h"

#include <gtest/gtest.h>

#include <thread>

namespace axllama::npu {
namespace {

TEST(LoadWatch, tells_the_share_of_all_bytes_on_the_callers_thread) {
  LoadWatch watch({300, 100});
  std::vector<float> told;
  const auto here = std::this_thread::get_id();
  std::thread one([&] {
    watch.tell(0, 0.5F);
    watch.tell(0, 1);
    watch.ended();
  });
  std::thread other([&] {
    watch.tell(1, 1);
    watch.ended();
  });
  EXPECT_TRUE(watch.watch([&](float share) {
    EXPECT_EQ(std::this_thread::get_id(), here);
    EXPECT_GE(share, told.empty() ? 0 : told.back());
    told.push_back(share);
    return true;
  }));
  one.join();
  other.join();
  EXPECT_EQ(told.back(), 1);
}

TEST(LoadWatch, stops_all_loads) {
  LoadWatch watch({100, 100});
  const auto load = [&](size_t index) {
    return std::thread([&watch, index] {
      while (watch.tell(index, 0.25F)) std::this_thread::yield();
      watch.ended();
    });
  };
  std::thread one = load(0);
  std::thread other = load(1);
  EXPECT_FALSE(watch.watch([](float) { return false; }));
  one.join();
  other.join();
}

// A load that is over before anyone looked is stopped all the same.
TEST(LoadWatch, asks_at_least_once) {
  LoadWatch watch({100});
  watch.tell(0, 1);
  watch.ended();
  EXPECT_FALSE(watch.watch([](float share) { return share < 0.5F; }));
}

}  // namespace
}  // namespace axllama::npu
