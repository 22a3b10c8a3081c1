// What `pull` and `push` share: a request, and the progress of its answer.
#pragma once

#include <string>
#include <string_view>

#include "cli/api.h"
#include "cli/progress.h"

namespace axllama::cli {

// {"model":"...","insecure":true,"stream":true}, and the device when one is wished for.
std::string transfer_body(std::string_view model, bool insecure, std::string_view device = {});

// Sends it and shows what the server says until "success": as Progress does, or in the server's own
// lines. kUnavailable when the server breaks off before its end.
Result<void> follow_transfer(const Api& api, std::string_view target, std::string body,
                             Progress& progress);

}  // namespace axllama::cli
