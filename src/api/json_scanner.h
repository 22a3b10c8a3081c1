// Checks a JSON text and finds its parts.
#pragma once

#include <string_view>
#include <vector>

#include "api/json_document.h"

namespace axllama::json {

// Arrays and objects inside one another, as many as Go allows.
constexpr size_t kMaxDepth = 10000;

// The parts of the first value in `text`, in the order in which they begin; a member is its key
// and then its value. Errors as Document::parse.
Result<std::vector<Part>> scan(std::string_view text);

}  // namespace axllama::json
