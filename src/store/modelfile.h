// Modelfiles (spec/ollama.md 4.1, 4.2): text to commands and back.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "core/message.h"
#include "core/options.h"
#include "store/store.h"

namespace axllama::store {

struct Modelfile {
  std::vector<std::string> from;  // at least one; names or paths as written
  OptionList parameters;          // several `stop` lines make one list
  std::string go_template;
  bool has_template = false;
  std::string system;
  bool has_system = false;
  std::vector<std::string> licenses;
  std::vector<Message> messages;
  std::vector<std::string> adapters;
  std::string renderer, parser, required_version;  // RENDERER, PARSER, REQUIRES
  std::vector<std::string> warnings;               // retired parameters and the like
};

// Reads a Modelfile (UTF-8 or UTF-16 with BOM). Errors carry Ollama's texts: `no FROM line`,
// `(line 3): command must be one of "from", ...`, `unexpected EOF`, `unknown parameter 'x'`,
// `invalid int value [x]`.
Result<Modelfile> parse_modelfile(std::string_view text);

// The `modelfile` of /api/show (spec/ollama.md 1.8): read again, it gives a model of the same
// layers. What the grammar has no way to say is left out, with a comment that says so.
std::string write_modelfile(const Model& model);

// A version as REQUIRES takes it, without a leading "v". kInvalidArgument for anything else.
Result<std::string> parse_required_version(std::string_view text);

// One PARAMETER's text as a value of its kind, with the same errors.
Result<OptionValue> parse_parameter(std::string_view name, const std::vector<std::string>& values);

}  // namespace axllama::store
