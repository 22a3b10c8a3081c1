#include "go_template/inspect.h"

#include <gmock/gmock.h>

namespace axllama::go_template {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Template parsed(std::string_view text) {
  return Template::parse(text).value();
}

std::string tags_of(std::string_view text) {
  const auto tags = thinking_tags(parsed(text));
  return tags ? tags->opening + " " + tags->closing : "none";
}

TEST(FieldNames, come_from_actions_in_lower_case) {
  EXPECT_THAT(field_names(parsed("{{ if and $.System (not .Tools) }}{{ (index .A 1).B.C | json }}"
                                 "{{ end }}{{ define \"T\" }}{{ .D }}{{ end }}")),
              ElementsAre("$", "a", "b", "c", "d", "system", "tools"));
  EXPECT_THAT(field_names(parsed("no .Fields {{/* .None */}}{{ \".Text\" }}")), IsEmpty());
}

TEST(ThinkingTags, stand_around_thinking_in_the_loop_over_messages) {
  EXPECT_EQ(tags_of("{{ range .Messages }}{{ if .Thinking }}<think>\n{{ .Thinking }}\n</think>\n"
                    "{{ end }}{{ end }}"),
            "<think> </think>");
  EXPECT_EQ(
      tags_of("{{ range $i, $m := $.Messages }}a{{ if .Thinking }}<t>{{ .Thinking }}</t>{{ end }}b"
              "{{ end }}"),
      "<t> </t>");
  EXPECT_EQ(tags_of("{{ range .Messages }}{{ .Thinking }}{{ end }}"), "none");
  EXPECT_EQ(tags_of("<think>{{ .Thinking }}</think>"), "none");
  EXPECT_EQ(tags_of("{{ range .Others }}<think>{{ .Thinking }}</think>{{ end }}"), "none");
}

TEST(ToolCallTag, is_the_first_text_of_the_branch_for_calls) {
  EXPECT_EQ(tool_call_tag(parsed("{{ range .Messages }}{{ if .ToolCalls }}<tool_call>\n"
                                 "{\"name\": {{ end }}{{ end }}")),
            "<tool_call>");
  EXPECT_EQ(tool_call_tag(parsed("{{ if .X }}{{ else if .ToolCalls }}\n[TOOL_CALLS] [{{ range "
                                 ".ToolCalls }}{\"name\"{{ end }}{{ end }}")),
            "[TOOL_CALLS] [");
  EXPECT_EQ(
      tool_call_tag(parsed("{{ if and .ToolCalls true }}{{ range .ToolCalls }}<|call|>{{ end }}"
                           "{{ end }}")),
      "<|call|>");
  EXPECT_EQ(tool_call_tag(parsed("{{ if .ToolCalls }}{\"name\"{{ end }}")), "{");
  EXPECT_EQ(tool_call_tag(parsed("{{ if .ToolCalls }}{{ .Content }}<late>{{ end }}")), "{");
  EXPECT_EQ(tool_call_tag(parsed("{{ .Prompt }}")), "{");
}

TEST(Response, is_added_where_the_template_asks_for_nothing_like_it) {
  Map data;
  data.entries = {{"Prompt", "p"}, {"Response", "r"}};
  EXPECT_EQ(with_response(parsed("{{ .Prompt }}")).execute(data).value(), "pr");
  EXPECT_EQ(with_response(parsed("{{ .Prompt }}{{ .Response }}!")).execute(data).value(), "pr!");
  EXPECT_EQ(with_response(parsed("{{ range .Messages }}{{ end }}")).execute(data).value(), "");
}

TEST(Response, everything_behind_it_is_cut) {
  Map data;
  data.entries = {{"Prompt", "p"}, {"Response", "r"}, {"More", true}};
  const auto cut = [&](std::string_view text) {
    return cut_behind_response(parsed(text)).execute(data).value();
  };
  EXPECT_EQ(cut("a{{ .Prompt }}b{{ .Response }}c{{ .Prompt }}"), "apbr");
  EXPECT_EQ(cut("{{ if .More }}a{{ .Response }}b{{ else }}c{{ end }}d"), "ar");
  EXPECT_EQ(cut("{{ if .Response }}x{{ end }}y{{ .Response }}z"), "xyr");
  EXPECT_EQ(cut("no answer"), "no answer");
}

TEST(ToolRoundTrip, needs_calls_and_answers) {
  EXPECT_TRUE(has_tool_round_trip(
      parsed("{{ .Tools }}{{ .ToolCalls }}{{ if eq .Role \"tool\" }}{{ end }}")));
  EXPECT_FALSE(has_tool_round_trip(parsed("{{ .Tools }}{{ .ToolCalls }}")));
  EXPECT_FALSE(has_tool_round_trip(parsed("{{ .Tools }}<tool_response>")));
}

}  // namespace
}  // namespace axllama::go_template
