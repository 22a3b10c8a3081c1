// A JSON schema as the rest of llama.cpp's grammar builders may have it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace axllama {

// A schema that llama.cpp's converter honours word for word. What it would pass over silently is
// put in words that it knows: formats and patterns, lists of types, names that are required and not
// described, bounds of numbers.
struct BoundSchema {
  std::string json;
  std::vector<std::string> numbers;  // right sides of rules, which with_numbers() adds
};

// Errors of schema_grammar().
Result<BoundSchema> bound_schema(std::string_view json_schema);
// Its grammar, whole.
Result<std::string> grammar_of(const BoundSchema& schema);
// A grammar that was made of the schema's `json`, with the rules of its bounded numbers.
std::string with_numbers(std::string grammar, const BoundSchema& schema);

}  // namespace axllama
