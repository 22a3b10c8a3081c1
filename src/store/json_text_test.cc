#include "store/json_text.h"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

namespace axllama::store {
namespace {

TEST(JsonText, numbers_have_the_digits_of_gos_encoder) {
  const std::vector<std::pair<double, std::string>> table = {
      {0, "0"},
      {1, "1"},
      {-1.5, "-1.5"},
      {10000, "10000"},
      {0.1, "0.1"},
      {1e-6, "0.000001"},
      {1e-7, "1e-7"},
      {1.5e-10, "1.5e-10"},
      {1e20, "100000000000000000000"},
      {1e21, "1e+21"},
      {std::numeric_limits<double>::infinity(), "null"},
  };
  for (const auto& [value, text] : table) EXPECT_EQ(json_number(value), text);
  EXPECT_EQ(json_number(0.1f), "0.1");
  EXPECT_EQ(json_number(1e-6f), "0.000001");
  EXPECT_EQ(json_number(1000000.0f), "1000000");
  EXPECT_EQ(json_number(1e-7f), "1e-7");
}

TEST(JsonText, strings_are_quoted_and_bad_utf8_is_replaced) {
  EXPECT_EQ(json_quote("a\"b\n"), "\"a\\\"b\\n\"");
  EXPECT_EQ(json_quote("\xc3"), "\"\xef\xbf\xbd\"");
  EXPECT_EQ(clean_utf8("gr\xc3\xbc\xc3\x9f \xff"), "gr\xc3\xbc\xc3\x9f \xef\xbf\xbd");
}

TEST(JsonText, files_are_encoded_as_go_does_it) {
  EXPECT_EQ(go_encoded("[\"<|im_end|>\",\"a&b\",\"\xe2\x80\xa8\"]"),
            "[\"\\u003c|im_end|\\u003e\",\"a\\u0026b\",\"\\u2028\"]\n");
}

TEST(JsonText, depth_counts_brackets_outside_strings_only) {
  EXPECT_FALSE(json_too_deep("[[[]]]"));
  EXPECT_FALSE(json_too_deep("\"" + std::string(100, '[') + "\\\"[\""));
  EXPECT_TRUE(json_too_deep(std::string(65, '[')));
  EXPECT_FALSE(json_too_deep(std::string(64, '{')));
}

}  // namespace
}  // namespace axllama::store
