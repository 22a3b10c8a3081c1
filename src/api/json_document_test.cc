#include "api/json_document.h"

#include <gtest/gtest.h>

#include <chrono>

#include "api/json_scanner.h"

namespace axllama::json {
namespace {

std::string error_of(std::string_view text) {
  const Result<Document> document = Document::parse(text);
  return document ? "none" : document.error().message;
}

TEST(JsonDocument, syntax_errors_have_gos_texts) {
  const std::pair<std::string, const char*> kCases[] = {
      {"", "EOF"},
      {" \n\t\r", "EOF"},
      {"x", "invalid character 'x' looking for beginning of value"},
      {"\xEF\xBB\xBF{}", "invalid character 'ï' looking for beginning of value"},
      {"'a'", R"(invalid character '\'' looking for beginning of value)"},
      {"[,1]", "invalid character ',' looking for beginning of value"},
      {"[1,]", "invalid character ']' looking for beginning of value"},
      {"[1 2]", "invalid character '2' after array element"},
      {"[1}", "invalid character '}' after array element"},
      {"[01]", "invalid character '1' after array element"},
      {"{1:2}", "invalid character '1' looking for beginning of object key string"},
      {R"({"a":1,})", "invalid character '}' looking for beginning of object key string"},
      {R"({"a"})", "invalid character '}' after object key"},
      {R"({"a" 1})", "invalid character '1' after object key"},
      {R"({"a":1 "b":2})", R"(invalid character '"' after object key:value pair)"},
      {R"({"a":1])", "invalid character ']' after object key:value pair"},
      {R"({"a":})", "invalid character '}' looking for beginning of value"},
      {"\"a\nb\"", R"(invalid character '\n' in string literal)"},
      {std::string("\"\0\"", 3), R"(invalid character '\x00' in string literal)"},
      {R"("\x")", "invalid character 'x' in string escape code"},
      {R"("\u12g4")", R"(invalid character 'g' in \u hexadecimal character escape)"},
      {"trUe", "invalid character 'U' in literal true (expecting 'u')"},
      {"faLse", "invalid character 'L' in literal false (expecting 'l')"},
      {"nil", "invalid character 'i' in literal null (expecting 'u')"},
      {"-x", "invalid character 'x' in numeric literal"},
      {"1.x", "invalid character 'x' after decimal point in numeric literal"},
      {"1ex", "invalid character 'x' in exponent of numeric literal"},
      {"1e+,", "invalid character ',' in exponent of numeric literal"},
  };
  for (const auto& [text, message] : kCases) EXPECT_EQ(error_of(text), message) << text;
}

TEST(JsonDocument, a_text_cut_anywhere_ends_unexpectedly) {
  const std::string text = R"({"a":[1,-2.5e+3,true,false,null,"x\n\u00e9"],"b":{}})";
  for (size_t size = 1; size < text.size(); ++size) {
    EXPECT_EQ(error_of(std::string_view(text).substr(0, size)), "unexpected EOF") << size;
  }
  EXPECT_EQ(error_of(text), "none");
}

TEST(JsonDocument, what_follows_the_first_value_is_ignored) {
  for (const char* text : {"{} x", "{}{}", "12x", "0 1", "\"a\"b", "nullx", "[]]"}) {
    EXPECT_EQ(error_of(text), "none") << text;
  }
  EXPECT_EQ(Document::parse(" [1] 2")->size(), 4u);
}

TEST(JsonDocument, members_and_elements_come_in_the_order_given) {
  const Document document = *Document::parse(R"({"b":[1,[2,3],{"x":4}],"a":"y","b":null})");
  std::string seen;
  document.root().each_member([&](const std::string& key, Value value) {
    (seen += key) += "=";
    (seen += value.raw()) += ";";
    return true;
  });
  EXPECT_EQ(seen, R"(b=[1,[2,3],{"x":4}];a="y";b=null;)");
}

TEST(JsonDocument, escapes_are_resolved_and_broken_text_replaced) {
  const std::pair<const char*, const char*> kCases[] = {
      {R"("a\"\\\/\b\f\n\r\tz")", "a\"\\/\b\f\n\r\tz"},
      {R"("\u00e9\ud83d\ude00")", "é😀"},
      {R"("\ud83dx")", "\uFFFDx"},
      {R"("\ud83d\ud83d\ude00")", "\uFFFD😀"},
      {R"("\ude00")", "\uFFFD"},
      {"\"a\xFF\xC3z\"", "a\uFFFD\uFFFDz"},
      {"\"\xED\xA0\x80\"", "\uFFFD\uFFFD\uFFFD"},
  };
  for (const auto& [json, text] : kCases) EXPECT_EQ(Document::parse(json)->root().string(), text);
}

TEST(JsonDocument, compact_text_keeps_order_and_numbers) {
  const Document document =
      *Document::parse("{ \"z\" : [ 1.0 , 2e5 ] ,\n \"a b\" : \" \\ud800 \xFF\\u003c<\" }");
  EXPECT_EQ(document.root().compact(), "{\"z\":[1.0,2e5],\"a b\":\" \uFFFD \uFFFD<<\"}");
}

TEST(JsonDocument, numbers_too_large_for_a_double_are_found) {
  EXPECT_EQ(Document::parse(R"({"a":[1,{"b":-1e999}]})")->root().overflow(), "-1e999");
  EXPECT_EQ(Document::parse(R"([1e308,1e-999,"1e999",0.0000001])")->root().overflow(), "");
  EXPECT_EQ(Document::parse("1e-999")->root().number(), 0.0);
}

TEST(JsonDocument, depth_is_counted_and_limited) {
  EXPECT_EQ(Document::parse("1")->root().depth(), 0u);
  EXPECT_EQ(Document::parse(R"([{"a":[]},[1],{}])")->root().depth(), 3u);
  const auto nested = [](size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_EQ(error_of(nested(kMaxDepth)), "none");
  EXPECT_EQ(Document::parse(nested(kMaxDepth))->root().depth(), kMaxDepth);
  EXPECT_EQ(error_of(nested(kMaxDepth + 1)), "invalid character '[' exceeded max depth");
}

TEST(JsonDocument, hostile_nesting_ends_at_the_limit) {
  EXPECT_EQ(error_of(std::string(1'000'000, '[')), "invalid character '[' exceeded max depth");
  std::string objects;
  for (int i = 0; i < 1'000'000; ++i) objects += "{\"a\":";
  EXPECT_EQ(error_of(objects), "invalid character '{' exceeded max depth");
}

TEST(JsonDocument, an_object_or_array_alone_is_told_from_other_texts) {
  EXPECT_TRUE(is_object(" {\"a\":1} \n"));
  EXPECT_FALSE(is_object("{} {}"));
  EXPECT_FALSE(is_object("[]"));
  EXPECT_FALSE(is_object("{"));
  EXPECT_TRUE(is_array("[]"));
  EXPECT_FALSE(is_array(""));
}

}  // namespace
}  // namespace axllama::json
