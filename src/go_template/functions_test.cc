#include "go_template/functions.h"

#include <gtest/gtest.h>

#include "go_template/test_run.h"

namespace axllama::go_template {
namespace {

constexpr const char* kData =
    R"({"List": ["a", "b", "c"], "Map": {"k": "v", "<&>": 1}, "Text": "héllo", "Tag": "<a b='c'>\"&"})";

struct Case {
  const char* expression;
  const char* output;
};

void expect_all(std::initializer_list<Case> cases) {
  for (const Case& one : cases) {
    EXPECT_EQ(run_json("{{" + std::string(one.expression) + "}}", kData), one.output)
        << one.expression;
  }
}

// What went wrong, without where.
std::string problem(const std::string& expression) {
  const std::string result = run_json("{{" + expression + "}}", kData);
  const size_t at = result.find("error calling ");
  return at == std::string::npos ? result : result.substr(result.find(": ", at) + 2);
}

TEST(Functions, comparisons) {
  expect_all({{"eq 1 1", "true"},
              {"eq 1 2 3 1", "true"},
              {"eq \"a\" \"b\"", "false"},
              {"ne 1 2", "true"},
              {"lt 1 2", "true"},
              {"le 2 2", "true"},
              {"gt 1.5 1.0", "true"},
              {"ge \"b\" \"a\"", "true"},
              {"eq true true", "true"},
              {"eq .Missing nil", "true"},
              {"eq .Text nil", "false"},
              {"eq 'a' 97", "true"},
              {"eq (index \"abc\" 0) 97", "true"},
              {"lt (index \"abc\" 0) 98", "true"}});
  EXPECT_EQ(problem("lt true false"), "invalid type for comparison");
  EXPECT_EQ(problem("lt 1 1.5"), "incompatible types for comparison: int and float64");
  EXPECT_EQ(problem("eq 1"), "missing argument for comparison");
  EXPECT_EQ(problem("eq .List .List"), "non-comparable type [a b c]: []interface {}");
}

TEST(Functions, truth) {
  expect_all(
      {{"not 0", "true"}, {"not \"x\"", "false"}, {"and true 1", "1"}, {"or \"\" nil \"y\"", "y"}});
}

TEST(Functions, lists) {
  expect_all({{"len .List", "3"},
              {"len .Text", "6"},
              {"len .Map", "2"},
              {"index .List 1", "b"},
              {"index .Map \"k\"", "v"},
              {"index .Map \"none\"", "<no value>"},
              {"index .List", "[a b c]"},
              {"index \"abc\" 1", "98"},
              {"slice .List 1", "[b c]"},
              {"slice .List 1 2", "[b]"},
              {"slice .List 0 1 2", "[a]"},
              {"slice .Text 0 3", "hé"},
              {"slice .Text", "héllo"}});
  EXPECT_EQ(problem("index .List 3"), "reflect: slice index out of range");
  EXPECT_EQ(problem("index .List -1"), "index out of range: -1");
  EXPECT_EQ(problem("index .List \"x\""), "cannot index slice/array with type string");
  EXPECT_EQ(problem("index .Map 1"), "value has type int; should be string");
  EXPECT_EQ(problem("index nil 1"), "index of untyped nil");
  EXPECT_EQ(problem("index 1 1"), "can't index item of type int");
  EXPECT_EQ(problem("slice .List 2 1"), "invalid slice index: 2 > 1");
  EXPECT_EQ(problem("slice .Text 1 2 3"), "cannot 3-index slice a string");
  EXPECT_EQ(problem("slice .Map"), "can't slice item of type map[string]interface {}");
  EXPECT_EQ(problem("slice .List 1 2 3 4"), "too many slice indexes: 4");
  EXPECT_EQ(problem("len nil"), "reflect: call of reflect.Value.Type on zero Value");
  EXPECT_EQ(problem("call .Text"), "non-function of type string");
}

TEST(Functions, printing) {
  expect_all({{"print 1 2 \"a\" \"b\" 3 true", "1 2ab3 true"},
              {"println 1 \"a\"", "1 a\n"},
              {"print .Missing .List", "<nil> [a b c]"},
              {"printf \"%s %d %v %q\" \"a\" 5 .List .Text", "a 5 [a b c] \"héllo\""}});
}

TEST(Functions, escaping) {
  expect_all({{"html .Tag", "&lt;a b=&#39;c&#39;&gt;&#34;&amp;"},
              {"js .Tag", "\\u003Ca b\\u003D\\'c\\'\\u003E\\\"\\u0026"},
              {"js \"a\\nb\\\\ é\"", "a\\u000Ab\\\\ é"},
              {"urlquery .Tag \"é/ _-.~\"", "%3Ca+b%3D%27c%27%3E%22%26%C3%A9%2F+_-.~"},
              {"html nil 1", "&lt;no value&gt;1"}});
}

TEST(Functions, json_is_gos) {
  expect_all({{"json .Map", R"({"\u003c\u0026\u003e":1,"k":"v"})"},
              {"json .List", R"(["a","b","c"])"},
              {"json \"a\\b\\f\\n\\x01\\u2028\\xff<\"", R"("a\b\f\n\u0001\u2028\ufffd\u003c")"},
              {"json nil", "null"},
              {"json 1e6", "1000000"},
              {"json 1e21", "1e+21"},
              {"json 0.0000001", "1e-7"},
              {"json 1.5", "1.5"},
              {"json true", "true"}});
}

TEST(Functions, dates_are_ten_characters) {
  EXPECT_EQ(run_json("{{len currentDate}} {{len (yesterdayDate \"2006\")}}"), "10 10");
  EXPECT_EQ(run_json("{{lt yesterdayDate (currentDate)}}"), "true");
  EXPECT_EQ(problem("currentDate 1"),
            "error: template: :1:14: executing \"\" at <1>: expected string; found 1");
}

TEST(Functions, type_script_types_of_what_is_no_property_are_any) {
  expect_all({{"toTypeScriptType .Text", "any"}, {"toTypeScriptType nil", "any"}});
}

TEST(Functions, argument_counts_are_checked) {
  EXPECT_EQ(
      problem("json"),
      "error: template: :1:2: executing \"\" at <json>: wrong number of args for json: want 1 "
      "got 0");
  EXPECT_EQ(
      problem("index"),
      "error: template: :1:2: executing \"\" at <index>: wrong number of args for index: want "
      "at least 1 got 0");
}

}  // namespace
}  // namespace axllama::go_template
