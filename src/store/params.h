// The params layer: options as a JSON object.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "core/options.h"

namespace axllama::store {

// Options in the order of the file. One that nobody knows, or of a wrong type, is left out with a
// log line. kCorrupt when the text is no JSON object.
Result<OptionList> parse_params(std::string_view json);

// The bytes of a params layer: what `json` says (empty: nothing), with `over` in its place where
// both name an option. Entries of `json` that are no options live on.
Result<std::string> merge_params(std::string_view json, const OptionList& over);

}  // namespace axllama::store
