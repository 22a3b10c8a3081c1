// What an answer's grammar can promise of a JSON schema, and what it can't.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace axllama {

// A schema that llama.cpp's converter honours word for word. What it would pass over silently is
// put in words that it knows: formats and patterns, lists of types, names that are required and not
// described, bounds of numbers.
struct ReadSchema {
  std::string json;
  // Right sides of rules. Where rule i belongs, the grammar of `json` has number_place(i).
  std::vector<std::string> numbers;
};

// As the grammar has it, quotes included.
std::string number_place(size_t index);

// kInvalidArgument, with the keyword and the JSON pointer of where it stands, for everything that
// can't be promised: an answer bound to a schema is valid, or there is no answer. Keywords that
// assert nothing (title, default, examples, ... and those nobody has heard of) are fine.
// `json` has no allOf; whether the alternatives of a oneOf exclude each other is not looked at.
Result<ReadSchema> read_schema(std::string_view json);

}  // namespace axllama
