// Where a model's name says that it runs: `:local`, or Ollama's `:cloud` and `-cloud`, which is
// always off here (spec/ollama.md 5.3).
#pragma once

#include <string_view>

#include "base/result.h"

namespace axllama::serve {

// What a name of the cloud's is refused with.
constexpr const char* kRemoteModel = "remote model is unavailable";
constexpr const char* kRemoteDetails = "remote model details are unavailable";

// kForbidden "ollama cloud is disabled: `operation`".
std::unexpected<Error> cloud_disabled(std::string_view operation);

// The name without `:local`; a view of `sent`. kInvalidArgument for a name that says both,
// cloud_disabled(`unavailable`) for one of the cloud's.
Result<std::string_view> local_name(std::string_view sent, std::string_view unavailable);

}  // namespace axllama::serve
