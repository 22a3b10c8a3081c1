#include "base/end_timeout.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace axllama {
namespace {

using namespace std::chrono_literals;

std::chrono::seconds with(const char* value) {
  ::setenv("AXLLAMA_END_TIMEOUT", value, 1);
  const std::chrono::seconds time = end_timeout();
  ::unsetenv("AXLLAMA_END_TIMEOUT");
  return time;
}

TEST(EndTimeout, is_two_minutes_unless_the_environment_says_otherwise) {
  EXPECT_EQ(end_timeout(), 2min);
  EXPECT_EQ(with("5s"), 5s);
  EXPECT_EQ(with("1h30m"), 90min);
}

TEST(EndTimeout, is_whole_seconds_and_rounds_up) {
  EXPECT_EQ(with("1.2s"), 2s);
}

TEST(EndTimeout, what_makes_no_sense_is_not_taken) {
  for (const char* value : {"0", "-5s", "999ms", "25h", "soon", "5"}) {
    EXPECT_EQ(with(value), 2min) << value;
  }
}

}  // namespace
}  // namespace axllama
