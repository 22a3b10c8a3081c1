// Schemas that must hold all at once, as one.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace axllama {

// The JSON schema with every allOf merged into the schema that it stands in; references in it are
// followed. kInvalidArgument, with the JSON pointer, where that has no simple form.
Result<std::string> without_all_of(std::string_view json);

}  // namespace axllama
