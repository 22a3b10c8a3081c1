// What becomes of each parameter of a route's body: one table for each route, from which its reader
// works and with which docs/api.md and docs/openapi.yaml are compared. A parameter that is in no
// table is unknown, and unknown ones are ignored as Ollama ignores them.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "api/json_decoder.h"

namespace axllama {

enum class Treatment {
  kHonoured,  // does what its documentation says
  kIgnored,   // has nothing to act upon here; any value passes
  kRefused,   // can't be done: 400, unless the value asks for nothing
};

struct Parameter {
  std::string_view name;
  Treatment treatment = Treatment::kHonoured;
  std::string_view why = {};      // of what is ignored or refused
  std::string_view neutral = {};  // of what is refused: compact JSON that asks for nothing, as null
};

// The fields of a body: `readers`, one for each parameter that is honoured, and for those that are
// refused the error that names them. Both must outlive the fields.
std::vector<json::Field> fields_of(json::Decoder& decoder, std::span<const Parameter> table,
                                   std::vector<json::Field> readers);

}  // namespace axllama
