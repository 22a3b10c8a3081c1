// Against what Go's fmt prints.
#include "go_template/format.h"

#include <gtest/gtest.h>

#include <cmath>

#include "go_template/json.h"
#include "go_template/number_text.h"

namespace axllama::go_template {
namespace {

std::string formatted(std::string_view format, std::vector<Value> values) {
  return printf(format, values);
}

Value json(std::string_view text) {
  return from_json(text).value();
}

TEST(Printf, integers) {
  EXPECT_EQ(formatted("%d|%5d|%-5d|%05d|%+d|% d", {1, 2, 3, -4, 5, 6}),
            "1|    2|3    |-0004|+5| 6");
  EXPECT_EQ(
      formatted("%b %o %O %#o %x %X %#x %c %q %U %#U", {5, 8, 8, 8, 255, 255, 255, 65, 65, 65, 65}),
      "101 10 0o10 010 ff FF 0xff A 'A' U+0041 U+0041 'A'");
  EXPECT_EQ(formatted("%.3d|%6.3d|%.0d", {7, 7, 0}), "007|   007|");
  EXPECT_EQ(formatted("%d", {INT64_MIN}), "-9223372036854775808");
}

TEST(Printf, floats) {
  EXPECT_EQ(formatted("%v %g %f %.2f %e %E %G", {1.5, 1e6, 1.5, 2.345, 1234.5, 1234.5, 1e-7}),
            "1.5 1e+06 1.500000 2.35 1.234500e+03 1.234500E+03 1E-07");
  EXPECT_EQ(formatted("%08.3f|%+.1e|%6.1f|%-8.2f|", {-3.14159, 12345.0, 2.25, 1.0}),
            "-003.142|+1.2e+04|   2.2|1.00    |");
  EXPECT_EQ(formatted("%v %5v %x", {std::numeric_limits<double>::infinity(), std::nan(""), 1.5}),
            "+Inf   NaN 0x1.8p+00");
}

TEST(Printf, strings) {
  EXPECT_EQ(formatted("%s|%6s|%-6s|%.2s|%q|%x|%X|% x|%#q",
                      {"hé", "ab", "ab", "héllo", "a\"\n", "hi", "hi", "hi", "raw"}),
            "hé|    ab|ab    |hé|\"a\\\"\\n\"|6869|6869|68 69|`raw`");
  EXPECT_EQ(formatted("%+q", {"é😀"}), "\"\\u00e9\\U0001f600\"");
}

TEST(Printf, types_and_go_syntax) {
  EXPECT_EQ(formatted("%T %T %T %T %T %T", {1, 1.5, "s", true, json("[]"), json("{}")}),
            "int float64 string bool []interface {} map[string]interface {}");
  EXPECT_EQ(formatted("%#v", {json(R"([1, "a", null, {"b": true}])")}),
            R"([]interface {}{1, "a", interface {}(nil), map[string]interface {}{"b":true}})");
}

TEST(Printf, containers_hand_the_verb_on) {
  EXPECT_EQ(formatted("%v %s", {json(R"({"b": [1, null], "a": "x"})"), json(R"(["p", 2])")}),
            "map[a:x b:[1 <nil>]] [p %!s(float64=2)]");
  EXPECT_EQ(formatted("%q", {json(R"(["p", "q"])")}), R"(["p" "q"])");
}

TEST(Printf, what_is_wrong_shows_in_the_text) {
  EXPECT_EQ(formatted("%d %s %t", {"a", 1, 2}), "%!d(string=a) %!s(int=1) %!t(int=2)");
  EXPECT_EQ(formatted("%d %d", {1}), "1 %!d(MISSING)");
  EXPECT_EQ(formatted("%d", {1, "x", Value()}), "1%!(EXTRA string=x, <nil>)");
  EXPECT_EQ(formatted("%d %v", {Value(), Value()}), "%!d(<nil>) <nil>");
  EXPECT_EQ(formatted("%z %%", {1}), "%!z(int=1) %");
  EXPECT_EQ(formatted("%", {}), "%!(NOVERB)");
  EXPECT_EQ(formatted("%!", {1}), "%!!(int=1)");
  EXPECT_EQ(formatted("%*d", {"w", 1}), "%!(BADWIDTH)1");
}

TEST(Printf, arguments_by_number_and_star) {
  EXPECT_EQ(formatted("%[2]d %[1]d", {1, 2}), "2 1");
  EXPECT_EQ(formatted("%*d|%-*d|%.*f", {4, 1, 4, 2, 1, 3.14}), "   1|2   |3.1");
  EXPECT_EQ(formatted("%[3]d", {1}), "%!d(BADINDEX)");
  EXPECT_EQ(formatted("%[x]d", {1}), "%!d(BADINDEX)");
}

TEST(RealText, takes_as_many_digits_as_are_needed) {
  EXPECT_EQ(real_text(0.1, 'g', -1), "0.1");
  EXPECT_EQ(real_text(1.0 / 3, 'g', -1), "0.3333333333333333");
  EXPECT_EQ(real_text(123456.0, 'g', -1), "123456");
  EXPECT_EQ(real_text(1e300, 'f', 0).size(), 301u);
  EXPECT_EQ(real_text(-0.0, 'g', -1), "-0");
  EXPECT_EQ(json_number(5.0), "5");
  EXPECT_EQ(json_number(1e20), "100000000000000000000");
}

}  // namespace
}  // namespace axllama::go_template
