#include "chat/json_text.h"

#include <gtest/gtest.h>

namespace axllama {
namespace {

TEST(JsonText, object_is_written_without_white_space) {
  EXPECT_EQ(compact_object(" { \"b\" : 1.50 ,\n\t\"a\": [ 1e3, {} ], \"c d\": \"x \\\" y\\\\\" } "),
            R"({"b":1.50,"a":[1e3,{}],"c d":"x \" y\\"})");
  EXPECT_EQ(compact_object("{}"), "{}");
}

TEST(JsonText, what_is_no_whole_object_is_nothing) {
  for (const char* json :
       {"", " ", "[]", "1", "\"{}\"", "{", "{\"a\": 1", "{\"a\": 1} x", "{a: 1}"})
    EXPECT_EQ(compact_object(json), std::nullopt) << json;
}

TEST(JsonText, depth_has_a_limit) {
  EXPECT_FALSE(nested_too_deeply(std::string(100, '[') + std::string(100, ']')));
  EXPECT_TRUE(nested_too_deeply(std::string(1000, '[')));
  EXPECT_FALSE(nested_too_deeply("[][][]{}"));
}

TEST(JsonDepth, tells_when_a_text_may_have_become_whole) {
  JsonDepth depth;
  EXPECT_FALSE(depth.add("{"));
  EXPECT_TRUE(depth.add("\"a"));
  EXPECT_TRUE(depth.add("}\\\""));
  EXPECT_TRUE(depth.add("]}\": [1, {}"));
  EXPECT_TRUE(depth.add("]"));
  EXPECT_FALSE(depth.add("} "));
  EXPECT_FALSE(depth.add("\n"));
}

TEST(JsonDepth, notices_an_end_in_the_midst_of_a_piece) {
  JsonDepth depth;
  depth.add("[");
  EXPECT_FALSE(depth.add("][1"));
}

}  // namespace
}  // namespace axllama
