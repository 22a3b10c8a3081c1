// A server for `axllama run` when nothing answers where OLLAMA_HOST points.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/api.h"

namespace axllama::cli {

// What to do when nobody answers: pure, for tests.
struct AutostartCase {
  Endpoint server;
  std::optional<std::filesystem::path> unit;  // the installed systemd unit
};
// Nothing when a server may be started; else why not and what to do.
std::optional<Error> refuse_autostart(const AutostartCase& facts);

// The first axllama.service in these folders.
std::optional<std::filesystem::path> installed_unit(std::span<const std::filesystem::path> folders);
// $XDG_STATE_HOME/axllama/serve.log, else ~/.local/state/axllama/serve.log.
std::filesystem::path background_log_path();

// Makes sure that a server answers: when none does on this machine, starts this program's own
// `serve` in the background, says so on standard error, and waits until it answers. The server
// stays after this process has ended. kUnavailable when there is none and none may be started;
// kTimeout when it doesn't answer in time.
Result<void> ensure_server(const Api& api);

}  // namespace axllama::cli
