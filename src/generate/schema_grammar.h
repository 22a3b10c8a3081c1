// A JSON schema as the rest of llama.cpp's grammar builders may have it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace axllama {

struct BoundSchema {
  std::string json;                  // honoured by llama.cpp's converter word for word
  std::vector<std::string> numbers;  // rules that with_numbers() adds
};

// Errors of schema_grammar().
Result<BoundSchema> bound_schema(std::string_view json_schema);
// A grammar that was made of the schema's `json`, with the rules of its bounded numbers.
std::string with_numbers(std::string grammar, const BoundSchema& schema);

}  // namespace axllama
