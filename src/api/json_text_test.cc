#include "api/json_text.h"

#include <gtest/gtest.h>

#include <limits>

#include "api/json_number.h"

namespace axllama::json {
namespace {

TEST(JsonText, quoting_escapes_what_cannot_be_printed) {
  EXPECT_EQ(quote("a`\"\\\xC3\xA9<"), R"("a`\"\\é<")");
  EXPECT_EQ(quote("\a\b\f\n\r\t\v\x01\x7F"), R"("\a\b\f\n\r\t\v\x01\x7f")");
  EXPECT_EQ(quote("\xFF\xC3"), R"("\xff\xc3")");
  EXPECT_EQ(quote("\u00A0\u200B\U0001F600\U000E0001"), "\"\\u00a0\\u200b\U0001F600\\U000e0001\"");
}

TEST(JsonText, a_byte_is_named_as_the_character_of_its_number) {
  EXPECT_EQ(quote_byte('x'), "'x'");
  EXPECT_EQ(quote_byte('\''), R"('\'')");
  EXPECT_EQ(quote_byte('"'), R"('"')");
  EXPECT_EQ(quote_byte('\n'), R"('\n')");
  EXPECT_EQ(quote_byte('\0'), R"('\x00')");
  EXPECT_EQ(quote_byte('\xEF'), "'ï'");
  EXPECT_EQ(quote_byte('\x80'), R"('\u0080')");
}

TEST(JsonText, only_whole_and_shortest_utf8_is_valid) {
  for (const char* text : {"", "a", "é", "€", "😀", "\uFFFD", "\U0010FFFF"}) {
    EXPECT_TRUE(is_valid_utf8(text)) << text;
  }
  for (const char* text :
       {"\x80", "\xC3", "\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF0\x9F\x98",
        "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xC3(", "\xFF"}) {
    EXPECT_FALSE(is_valid_utf8(text)) << quote(text);
  }
}

TEST(JsonText, every_character_survives_writing_and_reading) {
  for (char32_t rune = 0; rune <= 0x10FFFF; rune += rune < 0x11000 ? 1 : 97) {
    std::string text;
    append_rune(text, rune);
    const Rune read = first_rune(text);
    EXPECT_TRUE(read.valid);
    EXPECT_EQ(read.size, text.size());
    EXPECT_EQ(read.value, rune >= 0xD800 && rune <= 0xDFFF ? kReplacement : rune);
  }
}

TEST(JsonNumber, numbers_are_written_as_go_writes_them_in_json) {
  const std::pair<double, const char*> kCases[] = {
      {0, "0"},          {-0.0, "-0"},
      {4096, "4096"},    {0.7, "0.7"},
      {-1.5, "-1.5"},    {1e20, "100000000000000000000"},
      {1e21, "1e+21"},   {1e-6, "0.000001"},
      {1e-7, "1e-7"},    {1.25e-9, "1.25e-9"},
      {1e300, "1e+300"}, {123456789012345680000.0, "123456789012345680000"}};
  for (const auto& [number, text] : kCases) EXPECT_EQ(json_number(number), text);
  EXPECT_EQ(json_number(0.1f), "0.1");
  EXPECT_EQ(json_number(static_cast<double>(0.1f)), "0.10000000149011612");
}

TEST(JsonNumber, what_json_cannot_say_becomes_the_lowest_float) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(json_number(-kInfinity), "-3.4028234663852886e+38");
  EXPECT_EQ(json_number(std::numeric_limits<float>::quiet_NaN()), "-3.4028235e+38");
}

TEST(JsonNumber, numbers_are_shown_as_go_prints_them) {
  const std::pair<double, const char*> kCases[] = {
      {0, "0"},         {0.7, "0.7"},     {131072, "131072"}, {1048576, "1.048576e+06"},
      {1e6, "1e+06"},   {1e-4, "0.0001"}, {1e-5, "1e-05"},    {-0.25, "-0.25"},
      {1e100, "1e+100"}};
  for (const auto& [number, text] : kCases) EXPECT_EQ(go_number(number), text);
}

}  // namespace
}  // namespace axllama::json
