// Which tools an answer may or must call, as OpenAI's and Anthropic's clients say it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/json_decoder.h"
#include "core/message.h"
#include "core/request.h"

namespace axllama {

struct ToolUse {
  ToolChoice choice = ToolChoice::kAuto;
  std::optional<std::vector<std::string>> only = {};  // names of tools; absent: all
};

// OpenAI's tool_choice: "none", "auto", "required", a function, or allowed_tools; names may stand
// in the object itself (/v1/responses) or in one within it (/v1/chat/completions).
bool read_openai_tool_choice(json::Decoder& decoder, json::Value value, ToolUse& out);
// Anthropic's: type auto, any, tool (with a name) or none; disable_parallel_tool_use.
bool read_anthropic_tool_choice(json::Decoder& decoder, json::Value value, ToolUse& out,
                                bool& parallel_calls);

// Leaves only the tools that the answer may call. A model is made to call by its answer's grammar,
// which has room for nothing else: kInvalidArgument when a call is forced beside a format, without
// tools, or of a tool that is not there.
Result<void> limit_tools(const ToolUse& use, const Format& format, std::vector<Tool>& tools);

}  // namespace axllama
