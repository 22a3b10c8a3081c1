// What an answer's grammar can promise of a JSON schema, and what it can't.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "generate/schema_grammar.h"

namespace axllama {

// What stands for the i-th of a BoundSchema's numbers in the grammar of its json, quotes included.
std::string number_place(size_t index);

// kInvalidArgument, with the keyword and the JSON pointer of where it stands, for everything that
// can't be promised: an answer bound to a schema is valid, or there is no answer. Keywords that
// assert nothing (title, default, examples, ... and those nobody has heard of) are fine.
// `json` has no allOf; whether the alternatives of a oneOf exclude each other is not looked at.
Result<BoundSchema> read_schema(std::string_view json);

}  // namespace axllama
