// Values as Go's encoding/json writes them.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "go_template/value.h"

namespace axllama::go_template {

// Compact, maps in the order of their keys, <, > and & escaped. Empty for what has no JSON: a
// number that is none.
std::string to_json(const Value& value);
// Any JSON as the value that Go makes of it: maps, lists, float64. kInvalidArgument when it is
// none, or nested more than 128 deep.
Result<Value> from_json(std::string_view json);
// A number with the digits of Go's encoder: 10000, 0.000001, 1e-7.
std::string json_number(double value);

}  // namespace axllama::go_template
