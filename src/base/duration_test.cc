#include "base/duration.h"

#include <gtest/gtest.h>

#include <limits>
#include <random>
#include <utility>
#include <vector>

namespace axllama {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Nanoseconds kLeast = Nanoseconds::min();

std::string error_of(std::string_view text) {
  const auto result = parse_duration(text);
  if (result) return "no error";
  EXPECT_EQ(result.error().code, ErrorCode::kInvalidArgument);
  return result.error().message;
}

TEST(ParseDuration, reads_every_unit) {
  EXPECT_EQ(parse_duration("7ns"), Nanoseconds(7));
  EXPECT_EQ(parse_duration("7us"), microseconds(7));
  EXPECT_EQ(parse_duration("7\u00b5s"), microseconds(7));
  EXPECT_EQ(parse_duration("7\u03bcs"), microseconds(7));
  EXPECT_EQ(parse_duration("7ms"), milliseconds(7));
  EXPECT_EQ(parse_duration("7s"), seconds(7));
  EXPECT_EQ(parse_duration("7m"), minutes(7));
  EXPECT_EQ(parse_duration("7h"), hours(7));
}

TEST(ParseDuration, adds_parts_in_any_order) {
  EXPECT_EQ(parse_duration("1h30m"), minutes(90));
  EXPECT_EQ(parse_duration("30m1h"), minutes(90));
  EXPECT_EQ(parse_duration("1m1m"), minutes(2));
  EXPECT_EQ(parse_duration("10.5s4m"), milliseconds(250'500));
}

TEST(ParseDuration, reads_signs_and_zero) {
  EXPECT_EQ(parse_duration("0"), Nanoseconds(0));
  EXPECT_EQ(parse_duration("-0"), Nanoseconds(0));
  EXPECT_EQ(parse_duration("+5s"), seconds(5));
  EXPECT_EQ(parse_duration("-1m"), minutes(-1));
}

TEST(ParseDuration, reads_fractions) {
  EXPECT_EQ(parse_duration("1.5s"), milliseconds(1500));
  EXPECT_EQ(parse_duration(".5s"), milliseconds(500));
  EXPECT_EQ(parse_duration("5.s"), seconds(5));
  EXPECT_EQ(parse_duration("1.0000000019s"), Nanoseconds(1'000'000'001));
  EXPECT_EQ(parse_duration("0.3333333333333333333h"), minutes(20));
  EXPECT_EQ(parse_duration("0.100000000000000000000h"), minutes(6));
}

TEST(ParseDuration, reads_up_to_the_limits_of_64_bits) {
  EXPECT_EQ(parse_duration("9223372036854775807ns"), kForever);
  EXPECT_EQ(parse_duration("9223372036s854ms775us807ns"), kForever);
  EXPECT_EQ(parse_duration("-9223372036854775808ns"), kLeast);
}

TEST(ParseDuration, overflow_is_invalid) {
  for (const char* text :
       {"9223372036854775808ns", "-9223372036854775809ns", "99999999999999999999ns", "3000000h",
        "9223372036854ms775us808ns", "9223372036.854775808s", "2562047h48m"}) {
    EXPECT_EQ(error_of(text), "time: invalid duration \"" + std::string(text) + "\"");
  }
}

TEST(ParseDuration, text_without_a_number_is_invalid) {
  for (const char* text : {"", "x", "-", "+", ".", "-.", ".s", "s", "5s.", "--5s", " 5s"}) {
    EXPECT_EQ(error_of(text), "time: invalid duration \"" + std::string(text) + "\"");
  }
}

TEST(ParseDuration, number_without_a_unit_is_named) {
  EXPECT_EQ(error_of("5"), "time: missing unit in duration \"5\"");
  EXPECT_EQ(error_of("-1"), "time: missing unit in duration \"-1\"");
  EXPECT_EQ(error_of("1h5"), "time: missing unit in duration \"1h5\"");
}

TEST(ParseDuration, unknown_unit_is_named) {
  EXPECT_EQ(error_of("5y"), "time: unknown unit \"y\" in duration \"5y\"");
  EXPECT_EQ(error_of("1h 5m"), "time: unknown unit \"h \" in duration \"1h 5m\"");
  EXPECT_EQ(error_of("5S"), "time: unknown unit \"S\" in duration \"5S\"");
}

TEST(ParseDuration, error_quotes_what_is_not_printable_ascii) {
  EXPECT_EQ(error_of("a\"b\\"), "time: invalid duration \"a\\\"b\\\\\"");
  EXPECT_EQ(error_of("\n"), "time: invalid duration \"\\x0a\"");
  EXPECT_EQ(error_of("\u00fc"), "time: invalid duration \"\\xc3\\xbc\"");
}

TEST(FormatDuration, writes_as_go_does) {
  const std::vector<std::pair<Nanoseconds, std::string>> table = {
      {Nanoseconds(0), "0s"},
      {Nanoseconds(1), "1ns"},
      {Nanoseconds(1100), "1.1\u00b5s"},
      {microseconds(2200), "2.2ms"},
      {milliseconds(300), "300ms"},
      {seconds(1), "1s"},
      {milliseconds(1500), "1.5s"},
      {Nanoseconds(1'000'000'001), "1.000000001s"},
      {minutes(5), "5m0s"},
      {milliseconds(245'001), "4m5.001s"},
      {hours(1), "1h0m0s"},
      {minutes(90), "1h30m0s"},
      {minutes(-90), "-1h30m0s"},
      {hours(100), "100h0m0s"},
      {kForever, "2562047h47m16.854775807s"},
      {kLeast, "-2562047h47m16.854775808s"},
  };
  for (const auto& [duration, text] : table) EXPECT_EQ(format_duration(duration), text);
}

TEST(FormatDuration, what_is_written_reads_back_as_the_same_duration) {
  std::mt19937_64 random(4711);
  for (int i = 0; i < 200'000; ++i) {
    // Magnitudes of every size, not only huge ones.
    const auto bits = static_cast<int64_t>(random()) >> (random() % 64);
    const Nanoseconds duration(bits);
    const std::string text = format_duration(duration);
    ASSERT_EQ(parse_duration(text), duration) << text;
  }
  EXPECT_EQ(parse_duration(format_duration(kForever)), kForever);
  EXPECT_EQ(parse_duration(format_duration(kLeast)), kLeast);
}

TEST(HumanDuration, rounds_to_what_a_person_would_say) {
  const std::vector<std::pair<Nanoseconds, std::string>> table = {
      {seconds(-5), "Less than a second"},
      {milliseconds(999), "Less than a second"},
      {seconds(1), "1 second"},
      {milliseconds(5900), "5 seconds"},
      {seconds(59), "59 seconds"},
      {seconds(60), "About a minute"},
      {seconds(119), "About a minute"},
      {seconds(120), "2 minutes"},
      {seconds(4 * 60 + 58), "4 minutes"},
      {minutes(59), "59 minutes"},
      {minutes(60), "About an hour"},
      {minutes(89), "About an hour"},
      {minutes(90), "2 hours"},
      {hours(47), "47 hours"},
      {hours(48), "2 days"},
      {hours(24 * 13), "13 days"},
      {hours(24 * 14), "2 weeks"},
      {hours(24 * 21), "3 weeks"},
      {hours(24 * 59), "8 weeks"},
      {hours(24 * 60), "2 months"},
      {hours(24 * 120), "4 months"},
      {hours(24 * 365 * 2) - hours(1), "24 months"},
      {hours(24 * 365 * 2), "2 years"},
      {kForever, "292 years"},
  };
  for (const auto& [duration, text] : table) {
    EXPECT_EQ(human_duration(duration), text) << format_duration(duration);
  }
}

}  // namespace
}  // namespace axllama
