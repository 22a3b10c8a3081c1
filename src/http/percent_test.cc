#include "http/percent.h"

#include <gtest/gtest.h>

namespace axllama {
namespace {

TEST(PercentDecode, two_digits_are_a_byte) {
  EXPECT_EQ(percent_decode("a%2Fb%3alatest"), "a/b:latest");
  EXPECT_EQ(percent_decode("%C3%A9"), "é");
  EXPECT_EQ(percent_decode("%2541"), "%41");
}

TEST(PercentDecode, what_is_no_escape_stays) {
  for (const char* text : {"", "plain", "%", "a%4", "%zz", "%4g", "%-1", "%+1", "a+b"}) {
    EXPECT_EQ(percent_decode(text), text);
  }
}

}  // namespace
}  // namespace axllama
