#include "token/base64_text.h"

#include <gtest/gtest.h>

namespace axllama {
namespace {

TEST(Base64Text, padding_tells_the_length) {
  EXPECT_EQ(bytes_of_base64(""), "");
  EXPECT_EQ(bytes_of_base64("aA=="), "h");
  EXPECT_EQ(bytes_of_base64("aGk="), "hi");
  EXPECT_EQ(bytes_of_base64("IGhp"), " hi");
  EXPECT_EQ(bytes_of_base64("//79"), "\xff\xfe\xfd");
}

TEST(Base64Text, anything_else_is_refused) {
  for (const char* text : {"a", "aA", "aA=", "a===", "====", "a!==", "aA==aA==", "aA ="}) {
    EXPECT_EQ(bytes_of_base64(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace axllama
