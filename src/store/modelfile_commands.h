// A Modelfile's grammar: text to commands, not yet what they mean.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace axllama::store {

struct ModelfileCommand {
  std::string name;      // lower case: "from", "parameter"
  std::string argument;  // of PARAMETER its name, of MESSAGE its role; else empty
  std::string value;     // without its quotes
  size_t line = 0;       // where it starts; the first is 1
};

// `text` is UTF-8 (decode_text). Errors as parse_modelfile.
Result<std::vector<ModelfileCommand>> parse_commands(std::string_view text);

}  // namespace axllama::store
