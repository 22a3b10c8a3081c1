#include "generate/schema_pattern.h"

#include <gtest/gtest.h>

#include <tuple>

namespace axllama {
namespace {

const std::string kAny = R"([^"\\\x00-\x1F\x7F]*)";

class GrammarPattern : public testing::TestWithParam<std::tuple<const char*, std::string>> {};

TEST_P(GrammarPattern, is_anchored_and_plain) {
  const auto& [pattern, want] = GetParam();
  const auto translated = grammar_pattern(pattern);
  ASSERT_TRUE(translated) << translated.error().message;
  EXPECT_EQ(*translated, want);
}

INSTANTIATE_TEST_SUITE_P(Forms, GrammarPattern,
                         testing::Values(std::tuple{"^abc$", "^(abc)$"},
                                         std::tuple{"abc", "^" + kAny + "(abc)" + kAny + "$"},
                                         std::tuple{"^a", "^(a)" + kAny + "$"},
                                         std::tuple{R"(^\d{3}-\d{4}$)", "^([0-9]{3}-[0-9]{4})$"},
                                         std::tuple{R"(^[\w.-]+$)", R"(^([A-Za-z0-9_.\-]+)$)"},
                                         std::tuple{"^[^a]$", R"(^([^a"\\\x00-\x1F\x7F])$)"},
                                         std::tuple{"^a.b$", R"(^(a[^"\\\x00-\x1F\x7F]b)$)"},
                                         std::tuple{R"(^\$\.\/$)", R"(^(\$\./)$)"},
                                         std::tuple{R"(^\(+\|*$)", R"(^(\(+\|*)$)"},
                                         std::tuple{"^(?:a|b)+?$", "^((a|b)+)$"},
                                         std::tuple{"^a|b$", "^(a|b)$"},
                                         std::tuple{"^[a^]$", "^([a^])$"},
                                         std::tuple{R"(^[\^a]$)", R"(^([\x5Ea])$)"},
                                         std::tuple{"^$", "^()$"}));

TEST(GrammarPattern, what_has_no_grammar_is_refused) {
  for (const char* pattern :
       {"(?=a)",   "(?!a)",  "(?<n>a)",  R"(\bword)", R"((a)\1)", "a)",      "(a",
        "[a",      "[]",     "a{",       "a{x}",      "a{,3}",    "*a",      "a|*",
        "(+a)",    "a++",    R"(\)",     R"(\p{L})",  R"([\D])",  "[z-a]",   "[!-/]",
        "a^b",     "a$b",    "\"",       R"(\\)",     R"(\n)",    "a]",      "a}",
        "a{9999}", "a{7,6}", "a{1,2,3}", "a{,}",      "a**",      "a{2}{3}", "a*+"}) {
    EXPECT_FALSE(grammar_pattern(pattern))
        << pattern << " became " << grammar_pattern(pattern).value();
  }
}

TEST(FormatPattern, known_ones_have_a_pattern_that_can_be_used) {
  for (const char* format :
       {"date", "time", "date-time", "duration", "email", "hostname", "ipv4", "ipv6", "uri"}) {
    EXPECT_NE(format_pattern(format), "") << format;
    EXPECT_TRUE(grammar_pattern(format_pattern(format))) << format;
  }
  EXPECT_EQ(format_pattern("password"), "");
}

}  // namespace
}  // namespace axllama
