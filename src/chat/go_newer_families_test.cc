// Families whose Go templates hold both a way for conversations and one for a single turn, or marks
// between role and text. Written here from the documented form of their prompts.
#include <gtest/gtest.h>

#include "chat/go_families_test_chat.h"

namespace axllama {
namespace {

constexpr const char* kLlama31 =
    R"({{- if or .System .Tools }}<|start_header_id|>system<|end_header_id|>
{{- if .System }}

{{ .System }}
{{- end }}
{{- if .Tools }}

Cutting Knowledge Date: December 2023

Results of functions answer the question.
{{- end }}<|eot_id|>
{{- end }}
{{- range $i, $_ := .Messages }}
{{- $last := eq (len (slice $.Messages $i)) 1 }}
{{- if eq .Role "user" }}<|start_header_id|>user<|end_header_id|>
{{- if and $.Tools $last }}

Answer with a call of one of these:
{{ range $.Tools }}
{{- . }}
{{ end }}
{{- end }}

{{ .Content }}<|eot_id|>
{{- else if eq .Role "assistant" }}<|start_header_id|>assistant<|end_header_id|>
{{- if .ToolCalls }}

{{- range .ToolCalls }}
{"name": "{{ .Function.Name }}", "parameters": {{ .Function.Arguments }}}
{{- end }}
{{- else }}

{{ .Content }}
{{- end }}
{{- if not $last }}<|eot_id|>{{ end }}
{{- else if eq .Role "tool" }}<|start_header_id|>ipython<|end_header_id|>

{{ .Content }}<|eot_id|>
{{- end }}
{{- if and $last (ne .Role "assistant") }}<|start_header_id|>assistant<|end_header_id|>

{{ end }}
{{- end }})";

constexpr const char* kGemma3 = R"({{- $first := "" }}
{{- range $i, $_ := .Messages }}
{{- $last := eq (len (slice $.Messages $i)) 1 }}
{{- if eq .Role "system" }}{{- $first = print .Content "\n\n" }}
{{- else if eq .Role "user" }}<start_of_turn>user
{{ $first }}{{ .Content }}<end_of_turn>
{{- $first = "" }}
{{ if $last }}<start_of_turn>model
{{ end }}
{{- else if eq .Role "assistant" }}<start_of_turn>model
{{ .Content }}{{ if not $last }}<end_of_turn>
{{ end }}
{{- end }}
{{- end }})";

constexpr const char* kPhi4 = R"({{- range $i, $_ := .Messages }}
{{- $last := eq (len (slice $.Messages $i)) 1 -}}
<|im_start|>{{ .Role }}<|im_sep|>
{{- if and $last (eq .Role "assistant") }}{{ .Content }}
{{- else }}{{ .Content }}<|im_end|>
{{- end }}
{{- if and $last (ne .Role "assistant") }}<|im_start|>assistant<|im_sep|>{{ end }}
{{- end }})";

constexpr const char* kPhi4Mini =
    R"({{- if or .System .Tools }}<|system|>{{ if .System }}{{ .System }}{{ end }}
{{- if .Tools }}<|tool|>{{ .Tools }}<|/tool|>
{{- end }}<|end|>
{{- end }}
{{- range $i, $_ := .Messages }}
{{- $last := eq (len (slice $.Messages $i)) 1 -}}
{{- if ne .Role "system" }}<|{{ .Role }}|>{{ .Content }}
{{- if .ToolCalls }}<|tool_call|>[{{ range $j, $_ := .ToolCalls }}{{ if $j }}, {{ end }}{"name":"{{ .Function.Name }}","arguments":{{ .Function.Arguments }}}{{ end }}]<|/tool_call|>
{{- end }}
{{- if not $last }}<|end|>
{{- end }}
{{- if and (ne .Role "assistant") $last }}<|end|><|assistant|>{{ end }}
{{- end }}
{{- end }})";

constexpr const char* kGranite = R"({{- if .Tools }}<|start_of_role|>available_tools<|end_of_role|>
{{- range .Tools }}
{{ . }}
{{ end }}<|end_of_text|>
{{ end }}
{{- range $index, $_ := .Messages }}<|start_of_role|>
{{- if eq .Role "tool" }}tool_response
{{- else }}{{ .Role }}
{{- end }}<|end_of_role|>
{{- if .Content }}{{ .Content }}
{{- else if .ToolCalls }}<|tool_call|>
{{- range .ToolCalls }}{"name": "{{ .Function.Name }}", "arguments": {{ .Function.Arguments }}}
{{- end }}
{{- end }}
{{- if eq (len (slice $.Messages $index)) 1 }}
{{- if eq .Role "assistant" }}{{ else }}<|end_of_text|>
<|start_of_role|>assistant<|end_of_role|>
{{- end }}
{{- else }}<|end_of_text|>
{{ end }}
{{- end }})";

constexpr const char* kQwenCoder =
    R"({{- if .Suffix }}<|fim_prefix|>{{ .Prompt }}<|fim_suffix|>{{ .Suffix }}<|fim_middle|>
{{- else if .Messages }}
{{- range $i, $_ := .Messages }}
{{- $last := eq (len (slice $.Messages $i)) 1 -}}
<|im_start|>{{ .Role }}
{{ .Content }}{{ if not (and $last (eq .Role "assistant")) }}<|im_end|>
{{ end }}
{{- if and (ne .Role "assistant") $last }}<|im_start|>assistant
{{ end }}
{{- end }}
{{- else }}{{ if .Prompt }}<|im_start|>user
{{ .Prompt }}<|im_end|>
{{ end }}<|im_start|>assistant
{{ end }}{{ .Response }}{{ if .Response }}<|im_end|>{{ end }})";

const std::string kWeather =
    R"({"type":"function","function":{"name":"weather","description":"Tells \u003cit\u003e",)"
    R"("parameters":{"type":"object","required":["city"],"properties":{"city":)"
    R"({"type":"string"},"unit":{"type":"string","enum":["C","F"]}}}}})";
const std::string kCalled = R"({"name": "weather", "parameters": {"city":"Ulm","unit":"C"}})";

ChatRequest with_tools(std::vector<Message> messages) {
  return {.messages = std::move(messages), .tools = {weather()}};
}

TEST(GoNewerFamilies, llama31) {
  EXPECT_EQ(prompt(kLlama31, {kSystem, kHi, kHello, kWhy}),
            "<|start_header_id|>system<|end_header_id|>\n\nBe brief.<|eot_id|>"
            "<|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|>"
            "<|start_header_id|>assistant<|end_header_id|>\n\nHello!<|eot_id|>"
            "<|start_header_id|>user<|end_header_id|>\n\nWhy?<|eot_id|>"
            "<|start_header_id|>assistant<|end_header_id|>\n\n");
}

TEST(GoNewerFamilies, llama31_with_tools) {
  const std::string head =
      "<|start_header_id|>system<|end_header_id|>\n\nCutting Knowledge Date: December 2023\n\n"
      "Results of functions answer the question.<|eot_id|><|start_header_id|>user"
      "<|end_header_id|>\n\n";
  EXPECT_EQ(prompt(kLlama31, with_tools({kHi})),
            head + "Answer with a call of one of these:\n" + kWeather +
                "\n\n\nHi<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n");
  EXPECT_EQ(prompt(kLlama31, with_tools({kHi, call_of_weather(), said("tool", "sunny")})),
            head + "Hi<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n" + kCalled +
                "<|eot_id|><|start_header_id|>ipython<|end_header_id|>\n\nsunny<|eot_id|>"
                "<|start_header_id|>assistant<|end_header_id|>\n\n");
}

TEST(GoNewerFamilies, gemma3_puts_the_system_text_before_the_first_question) {
  EXPECT_EQ(prompt(kGemma3, {kSystem, kHi, kHello, kWhy}),
            "<start_of_turn>user\nBe brief.\n\nHi<end_of_turn>\n"
            "<start_of_turn>model\nHello!<end_of_turn>\n"
            "<start_of_turn>user\nWhy?<end_of_turn>\n<start_of_turn>model\n");
  EXPECT_EQ(prompt(kGemma3, {kHi, said("assistant", "Well, ")}),
            "<start_of_turn>user\nHi<end_of_turn>\n<start_of_turn>model\nWell, ");
}

TEST(GoNewerFamilies, phi4) {
  EXPECT_EQ(prompt(kPhi4, {kSystem, kHi, kHello, kWhy}),
            "<|im_start|>system<|im_sep|>Be brief.<|im_end|><|im_start|>user<|im_sep|>Hi<|im_end|>"
            "<|im_start|>assistant<|im_sep|>Hello!<|im_end|><|im_start|>user<|im_sep|>Why?"
            "<|im_end|><|im_start|>assistant<|im_sep|>");
  EXPECT_EQ(prompt(kPhi4, {kHi, said("assistant", "Well, ")}),
            "<|im_start|>user<|im_sep|>Hi<|im_end|><|im_start|>assistant<|im_sep|>Well, ");
}

TEST(GoNewerFamilies, phi4_mini_with_tools) {
  Message two = call_of_weather();
  two.tool_calls.push_back(two.tool_calls.front());
  const std::string call = R"({"name":"weather","arguments":{"city":"Ulm","unit":"C"}})";
  EXPECT_EQ(prompt(kPhi4Mini, with_tools({kSystem, kHi, two, said("tool", "21")})),
            "<|system|>Be brief.<|tool|>[" + kWeather + "]<|/tool|><|end|><|user|>Hi<|end|>" +
                "<|assistant|><|tool_call|>[" + call + ", " + call +
                "]<|/tool_call|><|end|><|tool|>21<|end|><|assistant|>");
}

TEST(GoNewerFamilies, granite) {
  EXPECT_EQ(prompt(kGranite, {kSystem, kHi, kHello, kWhy}),
            "<|start_of_role|>system<|end_of_role|>Be brief.<|end_of_text|>\n"
            "<|start_of_role|>user<|end_of_role|>Hi<|end_of_text|>\n"
            "<|start_of_role|>assistant<|end_of_role|>Hello!<|end_of_text|>\n"
            "<|start_of_role|>user<|end_of_role|>Why?<|end_of_text|>\n"
            "<|start_of_role|>assistant<|end_of_role|>");
  EXPECT_EQ(prompt(kGranite, with_tools({kHi, call_of_weather(), said("tool", "21")})),
            "<|start_of_role|>available_tools<|end_of_role|>\n" + kWeather +
                "\n<|end_of_text|>\n<|start_of_role|>user<|end_of_role|>Hi<|end_of_text|>\n"
                "<|start_of_role|>assistant<|end_of_role|><|tool_call|>"
                R"({"name": "weather", "arguments": {"city":"Ulm","unit":"C"}})"
                "<|end_of_text|>\n<|start_of_role|>tool_response<|end_of_role|>21<|end_of_text|>\n"
                "<|start_of_role|>assistant<|end_of_role|>");
}

TEST(GoNewerFamilies, coder_fills_in_or_talks) {
  EXPECT_EQ(prompt(kQwenCoder, {kHi, kHello, kWhy}),
            "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\nHello!<|im_end|>\n"
            "<|im_start|>user\nWhy?<|im_end|>\n<|im_start|>assistant\n");
  EXPECT_EQ(
      prompt(kQwenCoder, ChatRequest{.messages = {said("user", "def f(")}, .suffix = "return x"}),
      "<|fim_prefix|>def f(<|fim_suffix|>return x<|fim_middle|>");
}

TEST(GoNewerFamilies, their_tags_are_found_in_them) {
  const auto tag = [](const char* text) {
    return go_template::tool_call_tag(go_template::Template::parse(text).value());
  };
  EXPECT_EQ(tag(kLlama31), "{");
  EXPECT_EQ(tag(kPhi4Mini), "<|tool_call|>[");
  EXPECT_EQ(tag(kGranite), "<|tool_call|>");
  EXPECT_EQ(tag(kGemma3), "{");
}

}  // namespace
}  // namespace axllama
