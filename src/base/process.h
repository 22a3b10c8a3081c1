// Child processes that never outlive their parent.
//
// A child gets the reading end of a pipe, its lifeline. The parent keeps the writing end and never
// writes. When the parent dies, however it dies, the kernel closes its end and the child sees end
// of file: no signal is needed, and it holds across threads (unlike PR_SET_PDEATHSIG).
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"

namespace axllama {

// The descriptor under which a child finds its lifeline.
constexpr int kLifelineFd = 3;

struct ExitStatus {
  int code = 0;    // exit code when it exited by itself
  int signal = 0;  // signal number when one ended it, else 0
  // "exit code 1", "signal 9 (Killed)".
  std::string text() const;
};

class Child {
 public:
  // Starts argv[0] (a path) with standard input from /dev/null, standard output and error
  // inherited, signal handling reset, and the lifeline at kLifelineFd.
  static Result<Child> spawn(const std::vector<std::string>& argv,
                             const std::vector<std::string>& extra_env = {});

  Child(Child&&) noexcept = default;
  Child& operator=(Child&&) noexcept;
  // Kills (SIGKILL) and reaps a child that still runs. One that hangs in a driver can't be killed:
  // after five seconds it is left behind, with an error in the log.
  ~Child();

  pid_t pid() const { return pid_; }
  // A pidfd: readable when the child has ended. Valid as long as the Child lives.
  int pidfd() const { return pidfd_.get(); }
  void signal(int number) const;
  // Closes the parent's end of the lifeline.
  void cut_lifeline() { lifeline_.reset(); }
  // Reaps the child; nothing while it still runs. After the first answer it repeats that answer.
  std::optional<ExitStatus> poll();
  // Waits up to `timeout` for the end.
  std::optional<ExitStatus> wait(std::chrono::milliseconds timeout);

 private:
  Child() = default;
  pid_t pid_ = -1;
  Fd pidfd_;
  Fd lifeline_;
  std::optional<ExitStatus> status_;
};

// Path of the running program.
Result<std::filesystem::path> own_path();

// For the threads of a process whose event loop handles signals, first thing: only the loop's own
// thread gets SIGTERM and SIGINT then. Threads made by this one inherit it.
void leave_signals_to_the_loop();

}  // namespace axllama
