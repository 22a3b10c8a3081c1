// Typed access to JSON values of tokenizer files. For the hf_*.cc files only.
#pragma once

#include <functional>
#include <string_view>

#include "base/result.h"

namespace axllama {

// Runs `read`; a JSON value of another type than expected, or a text that is no JSON, becomes
// kCorrupt: "<file>: <the library's words>".
Result<void> reading_json(std::string_view file, const std::function<Result<void>()>& read);

}  // namespace axllama
