#include "engine/axcl/shortcuts.h"

#include <gtest/gtest.h>

namespace axllama::npu {
namespace {

TEST(Shortcuts, all_none_and_names_are_read) {
  EXPECT_EQ(*shortcuts_from_text(""), kFast);
  EXPECT_EQ(*shortcuts_from_text("all"), kFast);
  EXPECT_EQ(*shortcuts_from_text(" none "), kPlain);
  EXPECT_EQ(*shortcuts_from_text("kv_in_place"), (Shortcuts{.kv_in_place = true}));
  EXPECT_EQ(*shortcuts_from_text("shared_inputs, async_chain"),
            (Shortcuts{.shared_inputs = true, .async_chain = true}));
}

TEST(Shortcuts, an_unknown_name_is_told_with_those_there_are) {
  for (const char* text : {"kv", "none,kv_in_place", "kv_in_place,", ",", "NONE"}) {
    const Result<Shortcuts> read = shortcuts_from_text(text);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().code, ErrorCode::kInvalidArgument);
    EXPECT_NE(read.error().message.find("async_chain"), std::string::npos);
  }
}

}  // namespace
}  // namespace axllama::npu
