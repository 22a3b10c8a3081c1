#include "chat/go_prompt.h"

#include <gtest/gtest.h>

#include "go_template/inspect.h"

namespace axllama {
namespace {

std::string prompt(const char* text, const ChatRequest& request, ThinkValues think = {}) {
  const auto pattern = go_template::with_response(go_template::Template::parse(text).value());
  const Result<std::string> result = go_prompt(pattern, request, think);
  return result ? *result : "error: " + result.error().message;
}

TEST(GoPrompt, messages_of_one_role_in_a_row_are_one) {
  const ChatRequest request{.messages = {{.role = "system", .content = "A"},
                                         {.role = "user", .content = "1"},
                                         {.role = "user", .content = "2"},
                                         {.role = "tool", .content = "x"},
                                         {.role = "tool", .content = "y"},
                                         {.role = "system", .content = "B"}}};
  EXPECT_EQ(
      prompt("{{ .System }}|{{ range .Messages }}{{ .Role }}:{{ .Content }};{{ end }}", request),
      "A\n\nB|system:A;user:1\n\n2;tool:x;tool:y;system:B;");
}

TEST(GoPrompt, turns_end_where_a_new_one_begins) {
  const char* text = "<{{ .System }}|{{ .Prompt }}|{{ .Response }}>";
  const auto of = [&](std::vector<Message> messages) {
    return prompt(text, ChatRequest{.messages = std::move(messages)});
  };
  EXPECT_EQ(of({{.role = "user", .content = "q"}}), "<|q|");
  EXPECT_EQ(of({{.role = "user", .content = "q"}, {.role = "assistant", .content = "a"}}), "<|q|a");
  EXPECT_EQ(of({{.role = "assistant", .content = "a"}, {.role = "user", .content = "q"}}),
            "<||a><|q|");
  EXPECT_EQ(of({{.role = "user", .content = "q"}, {.role = "system", .content = "s"}}),
            "<|q|><s||");
  EXPECT_EQ(of({}), "<||");
}

TEST(GoPrompt, a_template_without_response_gets_it_at_its_end) {
  const ChatRequest request{.messages = {{.role = "user", .content = "q"},
                                         {.role = "assistant", .content = "a"},
                                         {.role = "user", .content = "r"}}};
  EXPECT_EQ(prompt("{{ .Prompt }}", request), "qar");
  EXPECT_EQ(prompt("fixed", request), "fixedafixed");
}

TEST(GoPrompt, a_suffix_is_filled_in_before) {
  ChatRequest request{
      .messages = {{.role = "system", .content = "s"}, {.role = "user", .content = "p"}},
      .suffix = "q"};
  EXPECT_EQ(prompt("{{ if .Suffix }}<PRE>{{ .Prompt }}<SUF>{{ .Suffix }}<MID>{{ else }}no{{ end }}"
                   "{{ .System }}",
                   request),
            "<PRE>p<SUF>q<MID><no value>");
}

TEST(GoPrompt, values_of_thinking) {
  const char* text = "{{ .Think }} {{ .ThinkLevel }} {{ .IsThinkSet }}{{ .Response }}";
  const auto of = [&](std::optional<Think> wish, bool can) {
    return prompt(text, ChatRequest{}, think_values(wish, can));
  };
  EXPECT_EQ(of(std::nullopt, false), "false  false");
  EXPECT_EQ(of(std::nullopt, true), "true medium true");
  EXPECT_EQ(of(Think{.on = true}, true), "true medium true");
  EXPECT_EQ(of(Think{.on = true, .level = "high"}, true), "true high true");
  EXPECT_EQ(of(Think{.on = false}, true), "false  true");
}

TEST(GoPrompt, tools_print_as_ollama_prints_them) {
  const ChatRequest request{
      .messages = {{.role = "user", .content = "q"}},
      .tools = {{.name = "f",
                 .description = "",
                 .parameters =
                     R"({"type":"object","additionalProperties":false,"properties":{"b":{"type":)"
                     R"(["string","null"],"default":1},"a":{"anyOf":[{"type":"integer"},)"
                     R"({"type":"array","items":{"type":"string"}}]},"c":{"type":"object",)"
                     R"("properties":{"z":{"type":"number"},"y":{"type":"boolean"}}}}})"},
                {.name = "g", .description = "no parameters", .parameters = ""}}};
  const std::string f =
      R"({"type":"function","function":{"name":"f","description":"","parameters":{"type":"object",)"
      R"("properties":{"a":{"anyOf":[{"type":"integer"},{"type":"array","items":{"type":"string"}}]},)"
      R"("b":{"type":["string","null"]},"c":{"type":"object","properties":{"z":{"type":"number"},)"
      R"("y":{"type":"boolean"}}}}}}})";
  const std::string g =
      R"({"type":"function","function":{"name":"g","description":"no parameters","parameters":)"
      R"({"type":"","properties":null}}})";
  EXPECT_EQ(prompt("{{ range .Messages }}{{ end }}{{ .Tools }}", request), "[" + f + "," + g + "]");
  EXPECT_EQ(prompt("{{ range .Messages }}{{ end }}{{ json .Tools }}", request),
            "[" + f + "," + g + "]");
  EXPECT_EQ(prompt("{{ range .Messages }}{{ end }}{{ range .Tools }}{{ . }};{{ end }}", request),
            f + ";" + g + ";");
  EXPECT_EQ(prompt("{{ range .Messages }}{{ end }}{{ range .Tools }}{{ .Function.Name }}"
                   "{{ .Function.Parameters.Properties }}{{ end }}",
                   {.messages = request.messages, .tools = {request.tools[1]}}),
            "g{}");
  EXPECT_EQ(
      prompt(
          "{{ range .Messages }}{{ end }}{{ range .Tools }}{{ range $n, $p := "
          ".Function.Parameters.Properties }}{{ $n }}: {{ toTypeScriptType $p }} ({{ $p.Type }}), "
          "{{ end }}{{ end }}",
          request),
      "a: number | any[] (), b: string | null ([string null]), c: Record<string, any> (object), ");
  EXPECT_EQ(
      prompt("{{ range .Messages }}{{ if .ToolCalls }}x{{ end }}{{ end }}{{ if .Tools }}y{{ end }}",
             {.messages = request.messages}),
      "");
}

TEST(GoPrompt, calls_print_their_arguments_in_the_order_of_their_names) {
  Message message{.role = "assistant", .content = ""};
  message.tool_calls = {
      {.id = "i", .index = 1, .name = "f", .arguments = R"({"b":{"d":1,"c":"<"},"a":2.50})"},
      {.id = "", .name = "g", .arguments = ""}};
  const ChatRequest request{.messages = {message}};
  EXPECT_EQ(
      prompt(
          "{{ range .Messages }}{{ range .ToolCalls }}{{ .ID }} {{ .Function.Index }} "
          "{{ .Function.Name }} {{ .Function.Arguments }} {{ json .Function.Arguments }};{{ end }}"
          "{{ end }}",
          request),
      R"(i 1 f {"a":2.5,"b":{"c":"\u003c","d":1}} {"a":2.5,"b":{"c":"\u003c","d":1}}; 0 g {} {};)");
  EXPECT_EQ(
      prompt("{{ range .Messages }}{{ range .ToolCalls }}{{ range $k, $v := .Function.Arguments }}"
             "{{ $k }}={{ $v }} {{ end }}{{ end }}{{ end }}",
             request),
      "a=2.5 b=map[c:< d:1] ");
}

TEST(GoPrompt, what_fails_says_so_in_gos_words) {
  const ChatRequest request{.messages = {{.role = "user", .content = "q"}}};
  EXPECT_EQ(prompt("{{ range .Messages }}{{ .Nope }}{{ end }}", request),
            "error: template: :1:24: executing \"\" at <.Nope>: can't evaluate field Nope in type "
            "*template.templateMessage");
  Message broken{.role = "assistant", .content = ""};
  broken.tool_calls = {{.id = "", .name = "f", .arguments = "[1"}};
  EXPECT_EQ(prompt("{{ range .Messages }}{{ end }}", {.messages = {broken}}),
            "error: the arguments of the call of 'f' is no JSON object");
}

}  // namespace
}  // namespace axllama
