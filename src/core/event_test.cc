#include "core/event.h"

#include <gtest/gtest.h>

namespace axllama {
namespace {

TEST(Event, only_done_and_failed_end_a_stream) {
  EXPECT_TRUE(is_last(Done{}));
  EXPECT_TRUE(is_last(Failed{}));
  EXPECT_FALSE(is_last(Started{}));
  EXPECT_FALSE(is_last(Thinking{.text = "hm"}));
  EXPECT_FALSE(is_last(Content{.text = "hi"}));
  EXPECT_FALSE(is_last(ToolCalls{}));
}

}  // namespace
}  // namespace axllama
