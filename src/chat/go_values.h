// A conversation as a Go template sees it: Ollama's names, types and order of keys
// (spec/ollama.md 6.1).
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "core/message.h"
#include "go_template/value.h"

namespace axllama {

// Consecutive messages of one role, tool answers excepted, become one, with a blank line between
// their texts. Calls and thinking of a later one are added to the first's; Ollama loses them.
std::vector<Message> collate(std::span<const Message> messages);
// All system texts, with a blank line between them.
std::string joined_system(std::span<const Message> messages);

// kInvalidArgument when a call's arguments are no JSON object.
Result<go_template::Value> messages_value(std::span<const Message> messages);
// Only the JSON schema keys that Ollama knows. kInvalidArgument when the parameters are no object.
Result<go_template::Value> tools_value(std::span<const Tool> tools);

}  // namespace axllama
