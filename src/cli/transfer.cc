#include "cli/transfer.h"

#include <nlohmann/json.hpp>

#include "cli/replies.h"

namespace axllama::cli {

std::string transfer_body(std::string_view model, bool insecure, std::string_view device) {
  using Json = nlohmann::ordered_json;
  Json body = {{"model", model}, {"insecure", insecure}, {"stream", true}};
  if (!device.empty()) body["device"] = device;
  return body.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<void> follow_transfer(const Api& api, std::string_view target, std::string body,
                             Progress& progress) {
  bool success = false;
  const auto on_line = [&](std::string_view line) -> Result<void> {
    AX_TRY(const ProgressLine step, read_progress(line));
    success = step.status == "success";
    if (progress.shown() == Shown::kJson) {
      print_json_line(line);
    } else if (!step.digest.empty()) {
      progress.bytes(step.status, step.completed, step.total);
    } else {
      progress.status(step.status);
    }
    return {};
  };
  AX_CHECK(api.stream(target, std::move(body), {on_line}));
  if (!success) return fail(ErrorCode::kUnavailable, "the server broke off before its end");
  return {};
}

}  // namespace axllama::cli
