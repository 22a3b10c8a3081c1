// Tool calls in a JSON object of a model's making.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/message.h"

namespace axllama {

// Bytes of the object at the front of `text`, by its braces; 0 when it is not whole yet.
size_t object_length(std::string_view text);

// The calls in an object: {"name", "arguments" or "parameters"} at any depth, the arguments an
// object or one written as a string; or {"<name of a tool>": {...}}. `before`: the text between the
// tag and the object; when it names a tool and the object holds no call, the object is the
// arguments. Without ids and indexes. Empty when there is none, or the JSON is broken.
std::vector<ToolCall> calls_in(std::string_view object, std::string_view before,
                               std::span<const std::string> names);

}  // namespace axllama
