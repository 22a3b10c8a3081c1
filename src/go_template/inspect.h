// What a template's text tells about its model, by Ollama's rules (spec/ollama.md 4.4, 6.1-6.3).
#pragma once

#include <optional>
#include <set>
#include <string>

#include "go_template/template.h"

namespace axllama::go_template {

// Names of all the data that the template asks for, in lower case: "tools" and "role" in
// `{{ if .Tools }}{{ $m.Role }}`.
std::set<std::string> field_names(const Template& pattern);

struct Tags {
  std::string opening;  // "<think>"
  std::string closing;  // "</think>"
  bool operator==(const Tags&) const = default;
};

// What stands around .Thinking in a loop over .Messages: the model puts it around its thoughts.
// Nothing unless there is text on both sides.
std::optional<Tags> thinking_tags(const Template& pattern);

// What a tool call begins with: the first text of the branch for .ToolCalls, up to a brace; "{"
// where there is none.
std::string tool_call_tag(const Template& pattern);

// Whether it can show calls and what came of them.
bool has_tool_round_trip(const Template& pattern);

// A template that asks neither for .Messages nor for .Response gets {{ .Response }} at its end.
Template with_response(Template pattern);

// Without what stands behind the first .Response: the prompt ends where the answer begins.
Template cut_behind_response(const Template& pattern);

}  // namespace axllama::go_template
