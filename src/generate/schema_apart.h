// Whether the alternatives of a oneOf exclude each other.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace axllama {

// An answer is made by one alternative of a oneOf and must satisfy no other. `json` is a schema
// without allOf whose objects are closed unless additionalProperties says otherwise.
// kInvalidArgument, with the JSON pointer, where that can't be seen: alternatives are told apart by
// their types, by their values, or by a required property's type or values.
Result<void> check_one_of(std::string_view json);

}  // namespace axllama
