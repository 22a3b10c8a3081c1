// Every construct of the language, each with what Go's text/template gives.
#include "go_template/template.h"

#include <gtest/gtest.h>

#include "go_template/test_run.h"

namespace axllama::go_template {
namespace {

constexpr const char* kData = R"({
  "Name": "Ann", "Empty": "", "Yes": true, "No": false, "Number": 3, "Half": 0.5, "Nil": null,
  "List": ["a", "b", "c"], "None": [], "Map": {"b": 2, "a": 1}, "User": {"City": {"Name": "Ulm"}},
  "Items": [{"Role": "user", "Content": "Hi"}, {"Role": "bot", "Content": "Ho"}]
})";

struct Case {
  const char* text;
  const char* output;
};

void expect_all(std::initializer_list<Case> cases) {
  for (const Case& one : cases) EXPECT_EQ(run_json(one.text, kData), one.output) << one.text;
}

TEST(Template, text_stays_as_it_is) {
  expect_all({{"", ""}, {"plain\n text", "plain\n text"}, {"{ } }}", "{ } }}"}, {"é😀", "é😀"}});
}

TEST(Template, trim_markers_take_the_space_beside_them) {
  expect_all({{"a \n {{- .Name -}} \n b", "aAnnb"},
              {"a {{- 1}} b", "a1 b"},
              {"a {{1 -}} \t\nb", "a 1b"},
              {"{{- /* a comment */ -}}  x", "x"},
              {"a{{/* a\ncomment */}}b", "ab"},
              {"{{-1}}", "-1"},
              {"  {{- \"\" -}}  ", ""}});
}

TEST(Template, literals_are_gos) {
  expect_all(
      {{"{{1}} {{-2}} {{+3}} {{0x1F}} {{0o17}} {{017}} {{0b11}} {{1_000}}",
        "1 -2 3 31 15 15 3 1000"},
       {"{{1.50}} {{1e3}} {{1e6}} {{.5}} {{0x1p-2}} {{1e-7}}", "1.5 1000 1e+06 0.5 0.25 1e-07"},
       {"{{'a'}} {{'\\n'}} {{'é'}}", "97 10 233"},
       {R"({{"q\"\t\u00e9\x41\101\U0001F600"}})",
        "q\"\té"
        "AA😀"},
       {"{{`raw \\n \"`}}", "raw \\n \""},
       {"{{true}} {{false}}", "true false"},
       {"{{print nil}}", "<nil>"}});
}

TEST(Template, fields_go_down_into_maps) {
  expect_all({{"{{.Name}} {{.User.City.Name}} {{$.Name}}", "Ann Ulm Ann"},
              {"{{(index .Items 1).Content}}", "Ho"},
              {"{{.Missing}} {{.Nil}} {{.Map.x}}", "<no value> <no value> <no value>"},
              {"{{(.Missing).Deeper}}", "<no value>"},
              {"{{.Map}} {{.List}} {{.User}}", "map[a:1 b:2] [a b c] map[City:map[Name:Ulm]]"}});
}

TEST(Template, if_takes_the_first_that_is_true) {
  expect_all({{"{{if .Yes}}y{{end}}{{if .No}}n{{end}}", "y"},
              {"{{if .Empty}}1{{else if .None}}2{{else if .Missing}}3{{else}}4{{end}}", "4"},
              {"{{if 0}}1{{else if 0.0}}2{{else if \"\"}}3{{else if .Map}}4{{end}}", "4"}});
}

TEST(Template, with_sets_the_dot) {
  expect_all({{"{{with .User}}{{.City.Name}}{{$.Name}}{{end}}", "UlmAnn"},
              {"{{with .Empty}}no{{else with .Name}}{{.}}{{else}}none{{end}}", "Ann"},
              {"{{with $x := .Number}}{{$x}}{{.}}{{end}}", "33"},
              {"{{with .Missing}}no{{else}}{{.Name}}{{end}}", "Ann"}});
}

TEST(Template, range_goes_over_lists_maps_and_numbers) {
  expect_all(
      {{"{{range .List}}<{{.}}>{{end}}", "<a><b><c>"},
       {"{{range $i, $e := .List}}{{$i}}{{$e}} {{end}}", "0a 1b 2c "},
       {"{{range $e := .List}}{{$e}}{{end}}", "abc"},
       {"{{range $k, $v := .Map}}{{$k}}={{$v}};{{end}}", "a=1;b=2;"},
       {"{{range .Items}}{{.Role}}:{{.Content}} {{end}}", "user:Hi bot:Ho "},
       {"{{range 3}}{{.}}{{end}}{{range $i := 2}}{{$i}}{{end}}", "01201"},
       {"{{range .None}}x{{else}}none{{end}}{{range .Missing}}x{{else}}too{{end}}", "nonetoo"},
       {"{{range $i, $_ := .List}}{{if eq $i 1}}{{continue}}{{end}}{{.}}{{end}}", "ac"},
       {"{{range .List}}{{if eq . \"b\"}}{{break}}{{end}}{{.}}{{end}}!", "a!"},
       {"{{range .List}}{{range $.List}}{{if eq . \"b\"}}{{break}}{{end}}{{.}}{{end}}{{end}}",
        "aaa"}});
}

TEST(Template, variables_live_until_their_block_ends) {
  expect_all({{"{{$x := 1}}{{$x}}{{$x = 2}}{{$x}}", "12"},
              {"{{$x := 1}}{{if true}}{{$x = 2}}{{end}}{{$x}}", "2"},
              {"{{$x := 1}}{{if true}}{{$x := 2}}{{$x}}{{end}}{{$x}}", "21"},
              {"{{$last := \"\"}}{{range .List}}{{$last = .}}{{end}}{{$last}}", "c"},
              {"{{$i := 0}}{{$e := 0}}{{range $i, $e = .List}}{{end}}{{$i}}{{$e}}", "2c"},
              {"{{$u := .User}}{{$u.City.Name}}", "Ulm"}});
}

TEST(Template, pipelines_hand_on_the_last_argument) {
  expect_all({{"{{.Name | printf \"%s-%s\" \"x\"}}", "x-Ann"},
              {"{{\"a\" | print \"b\" | len}}", "2"},
              {"{{.List | len | printf \"%03d\"}}", "003"},
              {"{{(print 1 2) | printf \"%q\"}}", "\"1 2\""},
              {"{{1 | or 0}} {{0 | and 1}}", "1 0"}});
}

TEST(Template, templates_call_one_another) {
  expect_all(
      {{"{{define \"T\"}}[{{.}}]{{end}}{{template \"T\" .Name}}{{template \"T\"}}",
        "[Ann][<no value>]"},
       {"{{block \"B\" .User}}{{.City.Name}}{{end}}", "Ulm"},
       {"{{template `R` 3}}{{define `R`}}{{.}}{{end}}", "3"},
       {"{{define \"A\"}}a{{template \"B\" .}}{{end}}{{define \"B\"}}{{.Name}}{{end}}"
        "{{template \"A\" .}}",
        "aAnn"},
       {"{{define \"T\"}} {{end}}{{define \"T\"}}second{{end}}{{template \"T\"}}", "second"}});
}

TEST(Template, and_and_or_stop_as_soon_as_they_can) {
  expect_all({{"{{and .No (index .List 9)}}", "false"},
              {"{{or .Name (index .List 9)}}", "Ann"},
              {"{{and 1 \"\" 2}}|{{or 0 \"\" \"x\"}}|{{and 1 2}}|{{or 0 \"\"}}", "|x|2|"}});
}

TEST(Template, parse_errors_carry_gos_words_and_line) {
  expect_all({
      {"{{", "error: template: :1: unclosed action"},
      {"a\n{{.Name", "error: template: :2: unclosed action"},
      {"{{if .X}}\n", "error: template: :2: unexpected EOF"},
      {"{{end}}", "error: template: :1: unexpected {{end}}"},
      {"{{else}}", "error: template: :1: unexpected {{else}}"},
      {"{{if}}{{end}}", "error: template: :1: missing value for if"},
      {"{{.}", "error: template: :1: bad character U+007D '}'"},
      {"{{nosuch}}", "error: template: :1: function \"nosuch\" not defined"},
      {"\n{{$x}}", "error: template: :2: undefined variable \"$x\""},
      {"{{break}}", "error: template: :1: {{break}} outside {{range}}"},
      {"{{\"a}}", "error: template: :1: unterminated quoted string"},
      {"{{`a}}", "error: template: :1: unterminated raw quoted string"},
      {"{{'a}}", "error: template: :1: unterminated character constant"},
      {"{{/* x }}", "error: template: :1: unclosed comment"},
      {"{{/* x */ 1}}", "error: template: :1: comment ends before closing delimiter"},
      {"{{(1}}", "error: template: :1: unclosed left paren"},
      {"{{1)}}", "error: template: :1: unexpected right paren"},
      {"{{1 | 2}}", "error: template: :1: non executable command in pipeline stage 2"},
      {"{{$a, $b := 1}}", "error: template: :1: too many declarations in command"},
      {"{{range $a, 1}}{{end}}", "error: template: :1: range can only initialize variables"},
      {"{{1.x}}", "error: template: :1: bad number syntax: \"1.x\""},
      {"{{\"s\".x}}", "error: template: :1: unexpected . after term \"\\\"s\\\"\""},
      {"{{99999999999999999999}}",
       "error: template: :1: integer overflow: \"99999999999999999999\""},
      {"{{template .x}}", "error: template: :1: unexpected \".x\" in template clause"},
      {"{{define \"T\"}}a{{end}}{{define \"T\"}}b{{end}}",
       "error: template: :1: template: multiple definition of template \"T\""},
      {"{{.x@}}", "error: template: :1: bad character U+0040 '@'"},
      {"{{if 1}}{{else}}{{else}}{{end}}", "error: template: :1: expected end; found {{else}}"},
  });
}

TEST(Template, execution_errors_carry_line_column_and_what_was_executed) {
  expect_all({
      {"{{.Name.X}}",
       "error: template: :1:7: executing \"\" at <.Name.X>: can't evaluate field X in type "
       "interface {}"},
      {"a\n é {{.Nil.X}}",
       "error: template: :2:10: executing \"\" at <.Nil.X>: nil pointer evaluating interface {}.X"},
      {"{{len 3}}",
       "error: template: :1:2: executing \"\" at <len 3>: error calling len: len of type "
       "int"},
      {"{{index .List 7}}",
       "error: template: :1:2: executing \"\" at <index .List 7>: error calling index: index out "
       "of "
       "range: 7"},
      {"{{eq 1 \"a\"}}",
       "error: template: :1:2: executing \"\" at <eq 1 \"a\">: error calling eq: incompatible "
       "types "
       "for comparison: int and string"},
      {"{{range .Name}}{{end}}",
       "error: template: :1:8: executing \"\" at <.Name>: range can't iterate over Ann"},
      {"{{template \"no\"}}",
       "error: template: :1:11: executing \"\" at <{{template \"no\"}}>: template \"no\" not "
       "defined"},
      {"{{define \"T\"}}{{.Name.X}}{{end}}\n{{template \"T\" .}}",
       "error: template: :1:21: executing \"T\" at <.Name.X>: can't evaluate field X in type "
       "interface {}"},
      {"{{nil}}", "error: template: :1:2: executing \"\" at <nil>: nil is not a command"},
      {"{{1 2}}",
       "error: template: :1:2: executing \"\" at <1>: can't give argument to non-function 1"},
      {"{{.Name 1}}",
       "error: template: :1:2: executing \"\" at <.Name>: Name is not a method but has arguments"},
      {"{{not}}",
       "error: template: :1:2: executing \"\" at <not>: wrong number of args for not: want 1 "
       "got 0"},
      {"{{printf 1}}", "error: template: :1:9: executing \"\" at <1>: expected string; found 1"},
      {"{{$x = 1}}", "error: template: :1:7: executing \"\" at <1>: undefined variable: $x"},
  });
}

TEST(Template, one_that_runs_away_is_stopped) {
  const auto error_of = [](std::string_view text, const Limits& limits = {}) {
    const std::string result = run(text, Value(Map{}), limits);
    return result.starts_with("error: ") ? result.substr(result.rfind(": ") + 2) : "no error";
  };
  EXPECT_EQ(error_of("{{define \"T\"}}{{template \"T\"}}{{end}}{{template \"T\"}}"),
            "exceeded maximum template depth");
  EXPECT_EQ(error_of("{{range 1000000000}}{{end}}", {.steps = 1000}),
            "the template takes too many steps");
  EXPECT_EQ(error_of("{{range 1000000000}}{{range 1000000000}}{{end}}{{end}}",
                     {.steps = size_t{1} << 60, .time = std::chrono::milliseconds(20)}),
            "the template takes too long");
  EXPECT_EQ(error_of("{{range 1000}}0123456789{{end}}", {.output = 1000}),
            "the template makes too long a text");
  EXPECT_EQ(error_of("{{$x := \"xxxxxxxx\"}}{{range 60}}{{$x = print $x $x}}{{end}}"),
            "the template makes too long a text");
  EXPECT_EQ(error_of("{{printf \"%9999999d%9999999d%9999999d%9999999d%9999999d%9999999d%9999999d"
                     "%9999999d%9999999d%9999999d\" 1 1 1 1 1 1 1 1 1 1}}"),
            "the template makes too long a text");
}

TEST(Template, deep_nesting_is_refused_and_costs_no_stack) {
  std::string parens = "{{", blocks, chain = "{{if 1}}";
  for (int i = 0; i < 100'000; ++i) {
    parens += '(';
    blocks += "{{if 1}}";
    chain += "{{else if 1}}";
  }
  EXPECT_EQ(run_json(parens), "error: template: :1: max expression depth exceeded");
  EXPECT_EQ(run_json(blocks), "error: template: :1: max nesting depth exceeded");
  EXPECT_EQ(run_json(chain), "error: template: :1: max nesting depth exceeded");
}

TEST(Template, every_beginning_of_a_template_is_parsed_or_refused) {
  const std::string text =
      "{{- define \"T\" }}{{ range $i, $e := .List }}{{ if and (eq $i 1) (not $.No) }}{{ printf "
      "\"%q\" $e "
      "| len }}{{ else if gt 1 'x' }}{{ break }}{{ end }}{{ end -}}{{ end }}{{/* c */}}"
      "{{ template \"T\" $ }}{{ with $x := `raw` }}{{ $x }}{{ end }}";
  for (size_t length = 0; length <= text.size(); ++length) {
    (void)run_json(text.substr(0, length), kData);
    (void)run_json(text.substr(length), kData);
  }
  EXPECT_EQ(run_json(text, kData), "3raw");
}

}  // namespace
}  // namespace axllama::go_template
