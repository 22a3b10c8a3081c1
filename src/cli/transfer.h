// What `pull` and `push` share: a request, and the progress of its answer.
#pragma once

#include <string>
#include <string_view>

#include "cli/api.h"

namespace axllama::cli {

// {"model":"...","insecure":true,"stream":true}
std::string transfer_body(std::string_view model, bool insecure);

// Sends it and shows what the server says until "success": bars on a terminal, else one line for
// each new status, both on standard error. kUnavailable when the server breaks off before its end.
Result<void> follow_transfer(const Api& api, std::string_view target, std::string body);

}  // namespace axllama::cli
