#include "cli/autostart.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <cstring>

#include "base/env.h"
#include "base/process.h"

namespace axllama::cli {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr milliseconds kStartTime(10000);
constexpr milliseconds kProbeTime(1000);
constexpr milliseconds kProbePause(50);

// posix_spawn's settings, freed at the end.
struct SpawnSettings {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  SpawnSettings() {
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
  }
  ~SpawnSettings() {
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;
};

// Starts `program serve` in a session of its own, so that neither the terminal's signals nor its
// end reach it.
Result<pid_t> spawn_server(const fs::path& program, const fs::path& log) {
  SpawnSettings settings;
  posix_spawn_file_actions_addopen(&settings.actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&settings.actions, 1, log.c_str(), O_WRONLY | O_CREAT | O_APPEND,
                                   0600);
  posix_spawn_file_actions_adddup2(&settings.actions, 1, 2);
  posix_spawn_file_actions_addclosefrom_np(&settings.actions, 3);
  sigset_t all, none;
  sigfillset(&all);
  sigemptyset(&none);
  posix_spawnattr_setsigdefault(&settings.attributes, &all);
  posix_spawnattr_setsigmask(&settings.attributes, &none);
  posix_spawnattr_setflags(&settings.attributes,
                           POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  std::string path = program.string(), command = "serve";
  const std::array<char*, 3> argv = {path.data(), command.data(), nullptr};
  pid_t pid = -1;
  const int error = posix_spawn(&pid, path.c_str(), &settings.actions, &settings.attributes,
                                argv.data(), environ);
  if (error == 0) return pid;
  return fail(ErrorCode::kIo, "could not start " + path + ": " + std::strerror(error));
}

Result<void> await_server(const Api& api, pid_t pid, const fs::path& log) {
  const auto deadline = Clock::now() + kStartTime;
  bool ended = false;
  for (;;) {
    if (api.answers(kProbeTime)) return {};
    const std::string hint = "its log says why: " + log.string();
    if (ended) {
      return fail(ErrorCode::kUnavailable, "the server that was started has ended", hint);
    }
    if (Clock::now() >= deadline) {
      return fail(ErrorCode::kTimeout, "the server that was started does not answer", hint);
    }
    ended = waitpid(pid, nullptr, WNOHANG) == pid;  // one more look: another may have come first
    poll(nullptr, 0, static_cast<int>(kProbePause.count()));
  }
}

}  // namespace

std::optional<Error> refuse_autostart(const AutostartCase& facts) {
  const std::string where = "could not connect to axllama server at " + facts.server.text();
  if (!is_loopback(facts.server)) {
    return Error{ErrorCode::kUnavailable, where + ", run 'axllama serve' to start it"};
  }
  if (facts.unit) {
    return Error{
        ErrorCode::kUnavailable,
        where + ": its service is installed (" + facts.unit->string() + ") but not running",
        "start it: sudo systemctl start axllama"};
  }
  return std::nullopt;
}

std::optional<fs::path> installed_unit(std::span<const fs::path> folders) {
  for (const fs::path& folder : folders) {
    std::error_code error;
    const fs::path unit = folder / "axllama.service";
    if (fs::exists(unit, error)) return unit;
  }
  return std::nullopt;
}

fs::path background_log_path() {
  const std::string state = env_get("XDG_STATE_HOME");
  const fs::path folder =
      state.empty() ? fs::path(env_get("HOME")) / ".local/state" : fs::path(state);
  return folder / "axllama" / "serve.log";
}

Result<void> ensure_server(const Api& api) {
  if (api.answers(kProbeTime)) return {};
  const std::array<fs::path, 3> folders = {"/etc/systemd/system", "/usr/lib/systemd/system",
                                           "/lib/systemd/system"};
  const AutostartCase facts{api.server(), installed_unit(folders)};
  if (auto refusal = refuse_autostart(facts)) return std::unexpected(*std::move(refusal));
  AX_TRY(const fs::path program, own_path());
  const fs::path log = background_log_path();
  std::error_code error;
  fs::create_directories(log.parent_path(), error);
  if (error) {
    return fail(ErrorCode::kIo,
                "could not make the folder " + log.parent_path().string() + ": " + error.message());
  }
  std::fprintf(stderr, "No axllama server is running on %s: starting one (log: %s).\n",
               api.server().text().c_str(), log.c_str());
  AX_TRY(const pid_t pid, spawn_server(program, log));
  return await_server(api, pid, log);
}

}  // namespace axllama::cli
