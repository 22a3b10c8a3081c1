#include "base/process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

#include "base/log.h"

namespace axllama {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// How long the destructor waits for a killed child. Only one that hangs in a driver takes longer.
constexpr milliseconds kKillPatience{5000};

class FileActions {
 public:
  FileActions() { posix_spawn_file_actions_init(&actions_); }
  ~FileActions() { posix_spawn_file_actions_destroy(&actions_); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;

  // The lifeline goes first: its descriptor could be 0 in a parent without standard input.
  int plan(int lifeline) {
    if (int e = posix_spawn_file_actions_adddup2(&actions_, lifeline, kLifelineFd)) return e;
    if (int e = posix_spawn_file_actions_addopen(&actions_, 0, "/dev/null", O_RDONLY, 0)) return e;
    return posix_spawn_file_actions_addclosefrom_np(&actions_, kLifelineFd + 1);
  }
  const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_ = {};
};

// Default disposition for every signal, and none blocked.
class SignalReset {
 public:
  SignalReset() {
    sigset_t set;
    posix_spawnattr_init(&attributes_);
    sigfillset(&set);
    posix_spawnattr_setsigdefault(&attributes_, &set);
    sigemptyset(&set);
    posix_spawnattr_setsigmask(&attributes_, &set);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  }
  ~SignalReset() { posix_spawnattr_destroy(&attributes_); }
  SignalReset(const SignalReset&) = delete;
  SignalReset& operator=(const SignalReset&) = delete;

  const posix_spawnattr_t* get() const { return &attributes_; }

 private:
  posix_spawnattr_t attributes_ = {};
};

std::string_view name_of(std::string_view assignment) {
  return assignment.substr(0, assignment.find('='));
}

// This process's environment with `extra` over it.
std::vector<std::string> environment_with(const std::vector<std::string>& extra) {
  std::vector<std::string> merged = extra;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const bool replaced = std::ranges::any_of(
        extra, [&](const std::string& row) { return name_of(row) == name_of(*entry); });
    if (!replaced) merged.emplace_back(*entry);
  }
  return merged;
}

// The null-terminated form that the system wants; it borrows from `texts`.
std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

ExitStatus decode(int status) {
  if (WIFSIGNALED(status)) return {.signal = WTERMSIG(status)};
  return {.code = WEXITSTATUS(status)};
}

// By number: the C library's header declares these two without C linkage.
int open_pidfd(pid_t pid) {
  return static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
}
void signal_pidfd(int pidfd, int number) {
  ::syscall(SYS_pidfd_send_signal, pidfd, number, nullptr, 0);
}

bool readable_before(int fd, Clock::time_point deadline) {
  while (true) {
    const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now());
    pollfd entry = {.fd = fd, .events = POLLIN, .revents = 0};
    const int ready = ::poll(&entry, 1, static_cast<int>(std::max(left, milliseconds(0)).count()));
    if (ready > 0) return true;
    if (ready == 0 || errno != EINTR) return false;
  }
}

}  // namespace

std::string ExitStatus::text() const {
  if (signal == 0) return fmt::format("exit code {}", code);
  const char* name = sigdescr_np(signal);
  return fmt::format("signal {} ({})", signal, name == nullptr ? "unknown" : name);
}

Result<Child> Child::spawn(const std::vector<std::string>& argv,
                           const std::vector<std::string>& extra_env) {
  if (argv.empty()) return fail(ErrorCode::kInvalidArgument, "no program to start");
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0) return std::unexpected(errno_error("open a pipe to", argv[0]));
  const Fd child_end(ends[0]);
  Child child;
  child.lifeline_ = Fd(ends[1]);

  std::vector<std::string> arguments = argv;
  std::vector<std::string> environment = environment_with(extra_env);
  FileActions actions;
  const SignalReset signals;
  errno = actions.plan(child_end.get());
  if (errno == 0) {
    errno = ::posix_spawn(&child.pid_, argv[0].c_str(), actions.get(), signals.get(),
                          pointers_to(arguments).data(), pointers_to(environment).data());
  }
  if (errno != 0) return std::unexpected(errno_error("start", argv[0]));

  child.pidfd_ = Fd(open_pidfd(child.pid_));
  if (!child.pidfd_) {
    Error error = errno_error("watch", argv[0]);
    ::kill(child.pid_, SIGKILL);
    ::waitpid(child.pid_, nullptr, 0);
    return std::unexpected(std::move(error));
  }
  return child;
}

Child& Child::operator=(Child&& other) noexcept {
  Child old(std::move(other));
  std::swap(pid_, old.pid_);
  std::swap(pidfd_, old.pidfd_);
  std::swap(lifeline_, old.lifeline_);
  std::swap(status_, old.status_);
  return *this;
}

Child::~Child() {
  // A child that was moved away has left its pidfd to the other.
  if (!pidfd_ || poll()) return;
  signal(SIGKILL);
  if (wait(kKillPatience)) return;
  log_error(fmt::format("process {} does not end after SIGKILL: it hangs in the kernel", pid_));
}

void Child::signal(int number) const {
  signal_pidfd(pidfd_.get(), number);
}

std::optional<ExitStatus> Child::poll() {
  if (status_ || !pidfd_) return status_;
  int status = 0;
  pid_t ended = 0;
  do {
    ended = ::waitpid(pid_, &status, WNOHANG);
  } while (ended < 0 && errno == EINTR);
  if (ended == pid_) status_ = decode(status);
  // Somebody else has reaped it: it is gone, and nobody can say how.
  if (ended < 0) status_ = ExitStatus{.code = -1};
  return status_;
}

std::optional<ExitStatus> Child::wait(milliseconds timeout) {
  if (auto ended = poll()) return ended;
  constexpr milliseconds kLongest = std::chrono::hours(24);
  readable_before(pidfd_.get(), Clock::now() + std::min(timeout, kLongest));
  return poll();
}

Result<std::filesystem::path> own_path() {
  std::error_code error;
  auto path = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) {
    return fail(ErrorCode::kIo, "cannot tell the path of this program: " + error.message());
  }
  // An upgrade has replaced the file under the running program; the new one stands in its place.
  constexpr std::string_view kDeleted = " (deleted)";
  const std::string text = path.string();
  if (text.ends_with(kDeleted) && !std::filesystem::exists(path, error)) {
    path = text.substr(0, text.size() - kDeleted.size());
  }
  return path;
}

void leave_signals_to_the_loop() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

}  // namespace axllama
