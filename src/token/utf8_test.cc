#include "token/utf8.h"

#include <gtest/gtest.h>

#include <string>

namespace axllama {
namespace {

TEST(Utf8, whole_text_is_its_own_prefix) {
  for (const std::string text :
       {"", "abc", "\u00e9", "\u20ac", "\U0001f680", "\u0800\ud7ff\ue000"}) {
    EXPECT_EQ(valid_utf8_prefix(text), text.size()) << text;
  }
  EXPECT_EQ(valid_utf8_prefix(std::string("a\0b", 3)), 3U);
}

TEST(Utf8, the_prefix_ends_before_a_cut_character) {
  EXPECT_EQ(valid_utf8_prefix("ab\xc3"), 2U);
  EXPECT_EQ(valid_utf8_prefix("ab\xe2\x82"), 2U);
  EXPECT_EQ(valid_utf8_prefix("ab\xf0\x9f\x9a"), 2U);
  EXPECT_EQ(valid_utf8_prefix("ab\xc3(cd"), 2U);
}

TEST(Utf8, bytes_that_no_character_has_are_refused) {
  for (const std::string text :
       {"\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf",
        "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff"}) {
    EXPECT_EQ(valid_utf8_prefix(text), 0U);
  }
}

TEST(Utf8, the_last_character_of_all_is_whole) {
  EXPECT_EQ(valid_utf8_prefix("\xf4\x8f\xbf\xbf"), 4U);
}

}  // namespace
}  // namespace axllama
