// Families whose Go templates know one turn at a time: system text, question, answer. Written here
// from the documented form of their prompts.
#include <gtest/gtest.h>

#include "chat/go_families_test_chat.h"

namespace axllama {
namespace {

struct Family {
  const char* name;
  const char* go_template;
  const char* question;      // prompt of kHi
  const char* conversation;  // prompt of kSystem, kHi, kHello, kWhy
};

void PrintTo(const Family& family, std::ostream* out) {
  *out << family.name;
}

constexpr Family kFamilies[] = {
    {"alfred",
     "{{ if .System }}<start_system>{{ .System }}<end_message>{{ end }}"
     "{{ if .Prompt }}<start_user>{{ .Prompt }}<end_message>{{ end }}"
     "<start_assistant>{{ .Response }}<end_message>",
     "<start_user>Hi<end_message><start_assistant>",
     "<start_system>Be brief.<end_message><start_user>Hi<end_message>"
     "<start_assistant>Hello!<end_message><start_user>Why?<end_message><start_assistant>"},
    {"alpaca",
     "{{ if .System }}{{ .System }}\n\n{{ end }}"
     "{{ if .Prompt }}### Instruction:\n{{ .Prompt }}\n\n{{ end }}"
     "### Response:\n{{ .Response }}\n\n",
     "### Instruction:\nHi\n\n### Response:\n",
     "Be brief.\n\n### Instruction:\nHi\n\n### Response:\nHello!\n\n"
     "### Instruction:\nWhy?\n\n### Response:\n"},
    {"chatqa",
     "{{ if .System }}System: {{ .System }}\n\n{{ end }}"
     "{{ if .Prompt }}User: {{ .Prompt }}\n\n{{ end }}Assistant: {{ .Response }}\n\n",
     "User: Hi\n\nAssistant: ",
     "System: Be brief.\n\nUser: Hi\n\nAssistant: Hello!\n\nUser: Why?\n\nAssistant: "},
    {"codellama_70b",
     "{{ if .System }}Source: system\n\n {{ .System }} <step> {{ end }}"
     "{{ if .Prompt }}Source: user\n\n {{ .Prompt }} <step> {{ end }}"
     "Source: assistant\nDestination: user\n\n {{ .Response }} <step> ",
     "Source: user\n\n Hi <step> Source: assistant\nDestination: user\n\n ",
     "Source: system\n\n Be brief. <step> Source: user\n\n Hi <step> "
     "Source: assistant\nDestination: user\n\n Hello! <step> "
     "Source: user\n\n Why? <step> Source: assistant\nDestination: user\n\n "},
    {"falcon",
     "{{ if .System }}System: {{ .System }}\n{{ end }}"
     "{{ if .Prompt }}User: {{ .Prompt }}\n{{ end }}Falcon: {{ .Response }}\n",
     "User: Hi\nFalcon: ", "System: Be brief.\nUser: Hi\nFalcon: Hello!\nUser: Why?\nFalcon: "},
    {"magicoder",
     "{{ if .System }}{{ .System }}\n\n{{ end }}"
     "{{ if .Prompt }}@@ Instruction\n{{ .Prompt }}\n\n{{ end }}@@ Response\n{{ .Response }}\n\n",
     "@@ Instruction\nHi\n\n@@ Response\n",
     "Be brief.\n\n@@ Instruction\nHi\n\n@@ Response\nHello!\n\n"
     "@@ Instruction\nWhy?\n\n@@ Response\n"},
    {"openchat",
     "{{ if .System }}GPT4 Correct System: {{ .System }}<|end_of_turn|>{{ end }}"
     "{{ if .Prompt }}GPT4 Correct User: {{ .Prompt }}<|end_of_turn|>{{ end }}"
     "GPT4 Correct Assistant: {{ .Response }}<|end_of_turn|>",
     "GPT4 Correct User: Hi<|end_of_turn|>GPT4 Correct Assistant: ",
     "GPT4 Correct System: Be brief.<|end_of_turn|>GPT4 Correct User: Hi<|end_of_turn|>"
     "GPT4 Correct Assistant: Hello!<|end_of_turn|>GPT4 Correct User: Why?<|end_of_turn|>"
     "GPT4 Correct Assistant: "},
    {"solar",
     "{{ if .System }}### System:\n{{ .System }}\n\n{{ end }}"
     "{{ if .Prompt }}### User:\n{{ .Prompt }}\n\n{{ end }}"
     "### Assistant:\n{{ .Response }}</s>\n\n",
     "### User:\nHi\n\n### Assistant:\n",
     "### System:\nBe brief.\n\n### User:\nHi\n\n### Assistant:\nHello!</s>\n\n"
     "### User:\nWhy?\n\n### Assistant:\n"},
    {"starcoder2",
     "{{ if .System }}{{ .System }}\n\n{{ end }}"
     "{{ if .Prompt }}### Instruction\n{{ .Prompt }}\n\n{{ end }}"
     "### Response\n{{ .Response }}<|endoftext|>\n\n",
     "### Instruction\nHi\n\n### Response\n",
     "Be brief.\n\n### Instruction\nHi\n\n### Response\nHello!<|endoftext|>\n\n"
     "### Instruction\nWhy?\n\n### Response\n"},
    {"vicuna",
     "{{ if .System }}{{ .System }}\n\n{{ end }}"
     "{{ if .Prompt }}USER: {{ .Prompt }}\n{{ end }}ASSISTANT: {{ .Response }}</s>\n",
     "USER: Hi\nASSISTANT: ",
     "Be brief.\n\nUSER: Hi\nASSISTANT: Hello!</s>\nUSER: Why?\nASSISTANT: "},
    {"zephyr",
     "{{ if .System }}<|system|>\n{{ .System }}</s>\n{{ end }}"
     "{{ if .Prompt }}<|user|>\n{{ .Prompt }}</s>\n{{ end }}<|assistant|>\n{{ .Response }}</s>\n",
     "<|user|>\nHi</s>\n<|assistant|>\n",
     "<|system|>\nBe brief.</s>\n<|user|>\nHi</s>\n<|assistant|>\nHello!</s>\n"
     "<|user|>\nWhy?</s>\n<|assistant|>\n"},
};

class GoOlderFamilies : public testing::TestWithParam<Family> {};

TEST_P(GoOlderFamilies, prompt_ends_where_the_answer_begins) {
  EXPECT_EQ(prompt(GetParam().go_template, {kHi}), GetParam().question);
  EXPECT_EQ(prompt(GetParam().go_template, {kSystem, kHi, kHello, kWhy}), GetParam().conversation);
}

INSTANTIATE_TEST_SUITE_P(All, GoOlderFamilies, testing::ValuesIn(kFamilies),
                         [](const auto& family) { return std::string(family.param.name); });

}  // namespace
}  // namespace axllama
