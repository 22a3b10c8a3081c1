// The Go templates of model families, written here from the documented form of their prompts, and
// the prompts that this form asks for.
#include <gtest/gtest.h>

#include "chat/go_families_test_chat.h"

namespace axllama {
namespace {

// ChatML in the old way: one turn at a time.
constexpr const char* kChatMl =
    "{{ if .System }}<|im_start|>system\n{{ .System }}<|im_end|>\n{{ end }}"
    "{{ if .Prompt }}<|im_start|>user\n{{ .Prompt }}<|im_end|>\n{{ end }}"
    "<|im_start|>assistant\n{{ .Response }}<|im_end|>\n";

constexpr const char* kQwen25 = R"(
{{- if or .System .Tools -}}
<|im_start|>system
{{ .System }}
{{- if .Tools }}

# Tools

<tools>
{{- range .Tools }}
{"type": "function", "function": {{ .Function }}}
{{- end }}
</tools>
{{- end }}<|im_end|>
{{ end }}
{{- range $i, $_ := .Messages }}
{{- $last := eq (len (slice $.Messages $i)) 1 -}}
{{- if eq .Role "user" }}<|im_start|>user
{{ .Content }}<|im_end|>
{{ else if eq .Role "assistant" }}<|im_start|>assistant
{{ if .Content }}{{ .Content }}
{{- else if .ToolCalls }}<tool_call>
{{ range .ToolCalls }}{"name": "{{ .Function.Name }}", "arguments": {{ .Function.Arguments }}}
{{ end }}</tool_call>
{{- end }}{{ if not $last }}<|im_end|>
{{ end }}
{{- else if eq .Role "tool" }}<|im_start|>user
<tool_response>
{{ .Content }}
</tool_response><|im_end|>
{{ end }}
{{- if and (ne .Role "assistant") $last }}<|im_start|>assistant
{{ end }}
{{- end }})";

constexpr const char* kQwen3 = R"(
{{- $lastUser := -1 -}}
{{- range $i, $m := .Messages -}}{{- if eq $m.Role "user" }}{{ $lastUser = $i }}{{ end -}}{{- end -}}
{{- if .System }}<|im_start|>system
{{ .System }}<|im_end|>
{{ end }}
{{- range $i, $_ := .Messages }}
{{- $last := eq (len (slice $.Messages $i)) 1 -}}
{{- if eq .Role "user" }}<|im_start|>user
{{ .Content }}
{{- if and $.IsThinkSet (eq $i $lastUser) }}
   {{- if $.Think -}}
      {{- " " }}/think
   {{- else -}}
      {{- " " }}/no_think
   {{- end -}}
{{- end }}<|im_end|>
{{ else if eq .Role "assistant" }}<|im_start|>assistant
{{ if and .Thinking (gt $i $lastUser) -}}
<think>{{ .Thinking }}</think>
{{ end -}}
{{ .Content }}{{ if not $last }}<|im_end|>
{{ end }}
{{- end }}
{{- if and (ne .Role "assistant") $last }}<|im_start|>assistant
{{ if and $.IsThinkSet (not $.Think) -}}
<think>

</think>

{{ end -}}
{{ end }}
{{- end }})";

constexpr const char* kLlama2 =
    "[INST] {{ if .System }}<<SYS>>\n{{ .System }}\n<</SYS>>\n\n{{ end }}{{ .Prompt }} [/INST] "
    "{{ .Response }}</s><s>";

constexpr const char* kLlama3 =
    "{{ if .System }}<|start_header_id|>system<|end_header_id|>\n\n{{ .System }}<|eot_id|>{{ end }}"
    "{{ if .Prompt }}<|start_header_id|>user<|end_header_id|>\n\n{{ .Prompt }}<|eot_id|>{{ end }}"
    "<|start_header_id|>assistant<|end_header_id|>\n\n{{ .Response }}<|eot_id|>";

constexpr const char* kLlama32 = R"(<|start_header_id|>system<|end_header_id|>

Cutting Knowledge Date: December 2023

{{ if .System }}{{ .System }}
{{- end }}<|eot_id|>
{{- range $i, $_ := .Messages }}
{{- $last := eq (len (slice $.Messages $i)) 1 }}
{{- if eq .Role "user" }}<|start_header_id|>user<|end_header_id|>
{{ if and $.Tools $last }}
Given these functions, answer with a JSON call.

{{ range $.Tools }}
{{- . }}
{{ end }}
{{ .Content }}<|eot_id|>
{{- else }}

{{ .Content }}<|eot_id|>
{{- end }}{{ if $last }}<|start_header_id|>assistant<|end_header_id|>

{{ end }}
{{- else if eq .Role "assistant" }}<|start_header_id|>assistant<|end_header_id|>
{{- if .ToolCalls }}
{{ range .ToolCalls }}
{"name": "{{ .Function.Name }}", "parameters": {{ .Function.Arguments }}}{{ end }}
{{- else }}

{{ .Content }}
{{- end }}{{ if not $last }}<|eot_id|>{{ end }}
{{- else if eq .Role "tool" }}<|start_header_id|>ipython<|end_header_id|>

{{ .Content }}<|eot_id|>{{ if $last }}<|start_header_id|>assistant<|end_header_id|>

{{ end }}
{{- end }}
{{- end }})";

constexpr const char* kMistral = R"(
{{- range $index, $_ := .Messages }}
{{- if eq .Role "user" }}
{{- if and (le (len (slice $.Messages $index)) 2) $.Tools }}[AVAILABLE_TOOLS] {{ json $.Tools }}[/AVAILABLE_TOOLS]
{{- end }}[INST] {{ if and (eq (len (slice $.Messages $index)) 1) $.System }}{{ $.System }}

{{ end }}{{ .Content }}[/INST]
{{- else if eq .Role "assistant" }}
{{- if .Content }} {{ .Content }}</s>
{{- else if .ToolCalls }}[TOOL_CALLS] [
{{- range .ToolCalls }}{"name": "{{ .Function.Name }}", "arguments": {{ json .Function.Arguments }}}
{{- end }}]</s>
{{- end }}
{{- else if eq .Role "tool" }}[TOOL_RESULTS] {"content": {{ .Content }}}[/TOOL_RESULTS]
{{- end }}
{{- end }})";

constexpr const char* kGemma = R"({{- range $i, $_ := .Messages }}
{{- $last := eq (len (slice $.Messages $i)) 1 }}
{{- if eq .Role "user" }}<start_of_turn>user
{{- if and (eq $i 1) $.System }}
{{ $.System }}
{{ end }}
{{ .Content }}<end_of_turn>
{{ else if eq .Role "assistant" }}<start_of_turn>model
{{ .Content }}<end_of_turn>
{{ end }}
{{- if $last }}<start_of_turn>model
{{ end }}
{{- end }})";

constexpr const char* kPhi3 =
    "{{ if .System }}<|system|>\n{{ .System }}<|end|>\n{{ end }}"
    "{{ if .Prompt }}<|user|>\n{{ .Prompt }}<|end|>\n{{ end }}<|assistant|>\n{{ .Response "
    "}}<|end|>\n";

constexpr const char* kDeepSeekR1 = R"({{- if .System }}{{ .System }}{{ end }}
{{- range $i, $_ := .Messages }}
{{- $last := eq (len (slice $.Messages $i)) 1}}
{{- if eq .Role "user" }}<｜User｜>{{ .Content }}
{{- else if eq .Role "assistant" }}<｜Assistant｜>
  {{- if and $.IsThinkSet (and $last .Thinking) -}}
<think>
{{ .Thinking }}
</think>
{{- end }}{{ .Content }}{{- if not $last }}<｜end▁of▁sentence｜>{{- end }}
{{- end }}
{{- if and $last (ne .Role "assistant") }}<｜Assistant｜>
{{- if and $.IsThinkSet (not $.Think) -}}
<think>

</think>

{{ end }}
{{- end -}}
{{- end }})";

constexpr const char* kHermes = R"({{- if or .System .Tools }}<|im_start|>system
{{- if .System }}
{{ .System }}
{{- end }}
{{- if .Tools }}
<tools> {{ json .Tools }} </tools>
{{- end }}<|im_end|>
{{ end }}
{{- range .Messages }}
{{- if ne .Role "system" }}<|im_start|>{{ .Role }}
{{ if eq .Role "tool" }}<tool_response>
{{ .Content }}
</tool_response>
{{- else if .ToolCalls }}
{{- range .ToolCalls }}<tool_call>
{"name": "{{ .Function.Name }}", "arguments": {{ json .Function.Arguments }}}
</tool_call>
{{- end }}
{{- else }}{{ .Content }}
{{- end }}<|im_end|>
{{ end }}
{{- end }}<|im_start|>assistant
)";

constexpr const char* kCommandR =
    "{{ if .System }}<|START_OF_TURN_TOKEN|><|SYSTEM_TOKEN|>{{ .System }}<|END_OF_TURN_TOKEN|>{{ "
    "end }}"
    "{{ if .Prompt }}<|START_OF_TURN_TOKEN|><|USER_TOKEN|>{{ .Prompt }}<|END_OF_TURN_TOKEN|>{{ end "
    "}}"
    "<|START_OF_TURN_TOKEN|><|CHATBOT_TOKEN|>{{ .Response }}<|END_OF_TURN_TOKEN|>";

TEST(GoFamilies, chatml) {
  EXPECT_EQ(prompt(kChatMl, {kHi}), "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n");
  EXPECT_EQ(prompt(kChatMl, {kHi, kHello, kWhy}),
            "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\nHello!<|im_end|>\n"
            "<|im_start|>user\nWhy?<|im_end|>\n<|im_start|>assistant\n");
  EXPECT_EQ(prompt(kChatMl, {kSystem, kHi, kHello, kWhy}),
            "<|im_start|>system\nBe brief.<|im_end|>\n"
            "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\nHello!<|im_end|>\n"
            "<|im_start|>user\nWhy?<|im_end|>\n<|im_start|>assistant\n");
}

TEST(GoFamilies, qwen25) {
  EXPECT_EQ(prompt(kQwen25, {kHi}), "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n");
  EXPECT_EQ(prompt(kQwen25, {kSystem, kHi, kHello, kWhy}),
            "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n"
            "<|im_start|>assistant\nHello!<|im_end|>\n<|im_start|>user\nWhy?<|im_end|>\n"
            "<|im_start|>assistant\n");
  EXPECT_EQ(prompt(kQwen25, {kHi, said("assistant", "Well, ")}),
            "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\nWell, ");
}

TEST(GoFamilies, qwen25_with_tools) {
  ChatRequest request{.messages = {kSystem, kHi, call_of_weather(), said("tool", "sunny")},
                      .tools = {weather()}};
  EXPECT_EQ(
      prompt(kQwen25, request),
      "<|im_start|>system\nBe brief.\n\n# Tools\n\n<tools>\n"
      R"({"type": "function", "function": {"name":"weather","description":"Tells \u003cit\u003e",)"
      R"("parameters":{"type":"object","required":["city"],"properties":{"city":{"type":"string"},)"
      R"("unit":{"type":"string","enum":["C","F"]}}}}})"
      "\n</tools><|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n<tool_call>\n"
      R"({"name": "weather", "arguments": {"city":"Ulm","unit":"C"}})"
      "\n</tool_call><|im_end|>\n<|im_start|>user\n<tool_response>\nsunny\n</"
      "tool_response><|im_end|>\n"
      "<|im_start|>assistant\n");
}

TEST(GoFamilies, qwen3_thinks_unless_told_otherwise) {
  EXPECT_EQ(prompt(kQwen3, {kHi}),
            "<|im_start|>user\nHi /think<|im_end|>\n<|im_start|>assistant\n");
  EXPECT_EQ(prompt(kQwen3, ChatRequest{.messages = {kSystem, kHi}, .think = Think{.on = false}}),
            "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi /no_think<|im_end|>\n"
            "<|im_start|>assistant\n<think>\n\n</think>\n\n");
  Message thought = kHello;
  thought.thinking = "hmm";
  EXPECT_EQ(prompt(kQwen3, {kHi, thought, kWhy}),
            "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\nHello!<|im_end|>\n"
            "<|im_start|>user\nWhy? /think<|im_end|>\n<|im_start|>assistant\n");
}

TEST(GoFamilies, llama2) {
  EXPECT_EQ(prompt(kLlama2, {kHi}), "[INST] Hi [/INST] ");
  EXPECT_EQ(prompt(kLlama2, {kSystem, kHi, kHello, kWhy}),
            "[INST] <<SYS>>\nBe brief.\n<</SYS>>\n\nHi [/INST] Hello!</s><s>[INST] Why? [/INST] ");
}

TEST(GoFamilies, llama3) {
  EXPECT_EQ(prompt(kLlama3, {kHi}),
            "<|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|>"
            "<|start_header_id|>assistant<|end_header_id|>\n\n");
  EXPECT_EQ(prompt(kLlama3, {kSystem, kHi, kHello, kWhy}),
            "<|start_header_id|>system<|end_header_id|>\n\nBe brief.<|eot_id|>"
            "<|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|>"
            "<|start_header_id|>assistant<|end_header_id|>\n\nHello!<|eot_id|>"
            "<|start_header_id|>user<|end_header_id|>\n\nWhy?<|eot_id|>"
            "<|start_header_id|>assistant<|end_header_id|>\n\n");
}

TEST(GoFamilies, llama32) {
  const std::string head =
      "<|start_header_id|>system<|end_header_id|>\n\nCutting Knowledge Date: December 2023\n\n";
  EXPECT_EQ(prompt(kLlama32, {kSystem, kHi, kHello, kWhy}),
            head +
                "Be brief.<|eot_id|><|start_header_id|>user<|end_header_id|>\n\n\nHi<|eot_id|>"
                "<|start_header_id|>assistant<|end_header_id|>\n\nHello!<|eot_id|>"
                "<|start_header_id|>user<|end_header_id|>\n\n\nWhy?<|eot_id|>"
                "<|start_header_id|>assistant<|end_header_id|>\n\n");
  EXPECT_EQ(
      prompt(kLlama32, ChatRequest{.messages = {kHi}, .tools = {weather()}}),
      head +
          "<|eot_id|><|start_header_id|>user<|end_header_id|>\n\n"
          "Given these functions, answer with a JSON call.\n\n"
          R"({"type":"function","function":{"name":"weather","description":"Tells \u003cit\u003e",)"
          R"("parameters":{"type":"object","required":["city"],"properties":{"city":)"
          R"({"type":"string"},"unit":{"type":"string","enum":["C","F"]}}}}})"
          "\n\nHi<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n");
}

TEST(GoFamilies, mistral) {
  EXPECT_EQ(prompt(kMistral, {kHi}), "[INST] Hi[/INST]");
  EXPECT_EQ(prompt(kMistral, {kSystem, kHi, kHello, kWhy}),
            "[INST] Hi[/INST] Hello!</s>[INST] Be brief.\n\nWhy?[/INST]");
  ChatRequest request{.messages = {kHi, call_of_weather(), said("tool", "21")},
                      .tools = {weather()}};
  EXPECT_EQ(
      prompt(kMistral, request),
      R"([INST] Hi[/INST][TOOL_CALLS] [{"name": "weather", "arguments": {"city":"Ulm","unit":"C"}}])"
      R"(</s>[TOOL_RESULTS] {"content": 21}[/TOOL_RESULTS])");
}

TEST(GoFamilies, gemma) {
  EXPECT_EQ(prompt(kGemma, {kHi}), "<start_of_turn>user\nHi<end_of_turn>\n<start_of_turn>model\n");
  EXPECT_EQ(prompt(kGemma, {kSystem, kHi, kHello, kWhy}),
            "<start_of_turn>user\nBe "
            "brief.\n\nHi<end_of_turn>\n<start_of_turn>model\nHello!<end_of_turn>\n"
            "<start_of_turn>user\nWhy?<end_of_turn>\n<start_of_turn>model\n");
}

TEST(GoFamilies, phi3) {
  EXPECT_EQ(prompt(kPhi3, {kSystem, kHi, kHello, kWhy}),
            "<|system|>\nBe brief.<|end|>\n<|user|>\nHi<|end|>\n<|assistant|>\nHello!<|end|>\n"
            "<|user|>\nWhy?<|end|>\n<|assistant|>\n");
}

TEST(GoFamilies, deepseek_r1) {
  EXPECT_EQ(
      prompt(kDeepSeekR1, {kSystem, kHi, kHello, kWhy}),
      "Be "
      "brief.<｜User｜>Hi<｜Assistant｜>Hello!<｜end▁of▁sentence｜><｜User｜>Why?<｜Assistant｜>");
  EXPECT_EQ(prompt(kDeepSeekR1, ChatRequest{.messages = {kHi}, .think = Think{.on = false}}),
            "<｜User｜>Hi<｜Assistant｜><think>\n\n</think>\n\n");
}

TEST(GoFamilies, hermes) {
  EXPECT_EQ(prompt(kHermes, {kSystem, kHi, kHello, kWhy}),
            "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n"
            "<|im_start|>assistant\nHello!<|im_end|>\n<|im_start|>user\nWhy?<|im_end|>\n"
            "<|im_start|>assistant\n");
  ChatRequest request{.messages = {kHi, call_of_weather(), said("tool", "21")}};
  EXPECT_EQ(prompt(kHermes, request),
            "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n<tool_call>\n"
            R"({"name": "weather", "arguments": {"city":"Ulm","unit":"C"}})"
            "\n</tool_call><|im_end|>\n<|im_start|>tool\n<tool_response>\n21\n</"
            "tool_response><|im_end|>\n"
            "<|im_start|>assistant\n");
}

TEST(GoFamilies, command_r) {
  EXPECT_EQ(prompt(kCommandR, {kSystem, kHi}),
            "<|START_OF_TURN_TOKEN|><|SYSTEM_TOKEN|>Be brief.<|END_OF_TURN_TOKEN|>"
            "<|START_OF_TURN_TOKEN|><|USER_TOKEN|>Hi<|END_OF_TURN_TOKEN|>"
            "<|START_OF_TURN_TOKEN|><|CHATBOT_TOKEN|>");
}

TEST(GoFamilies, their_tags_are_found_in_them) {
  const auto parsed = [](const char* text) { return go_template::Template::parse(text).value(); };
  EXPECT_EQ(go_template::tool_call_tag(parsed(kQwen25)), "<tool_call>");
  EXPECT_EQ(go_template::tool_call_tag(parsed(kMistral)), "[TOOL_CALLS] [");
  EXPECT_EQ(go_template::tool_call_tag(parsed(kHermes)), "<tool_call>");
  EXPECT_EQ(go_template::tool_call_tag(parsed(kLlama32)), "{");
  const go_template::Tags think{"<think>", "</think>"};
  EXPECT_EQ(go_template::thinking_tags(parsed(kQwen3)), think);
  EXPECT_EQ(go_template::thinking_tags(parsed(kDeepSeekR1)), think);
  EXPECT_EQ(go_template::thinking_tags(parsed(kQwen25)), std::nullopt);
}

}  // namespace
}  // namespace axllama
