// From a conversation to a prompt, through a Go template, as Ollama does (spec/ollama.md 6.1).
#pragma once

#include <string>

#include "base/result.h"
#include "core/request.h"
#include "go_template/template.h"

namespace axllama {

// How a request's wish to think reaches a template.
struct ThinkValues {
  bool think = false;
  std::string level = {};
  bool is_set = false;
};

// A wish that is absent counts as one to think where the model can.
ThinkValues think_values(const std::optional<Think>& wish, bool can_think);

// `pattern`: with_response() of the model's template. Three ways: with a suffix, the last message's
// text and the suffix are to be filled in between; a template that asks for .Messages gets them
// all; any other is executed turn by turn, and the last turn is cut where the answer begins.
// kInternal with Go's text when the template fails; kInvalidArgument for JSON that is none.
Result<std::string> go_prompt(const go_template::Template& pattern, const ChatRequest& request,
                              const ThinkValues& think);

}  // namespace axllama
