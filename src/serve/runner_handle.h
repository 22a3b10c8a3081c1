// A runner as the server sees it: a process behind a socket.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <stop_token>

#include "base/result.h"
#include "base/task.h"
#include "http/client.h"
#include "http/loop.h"
#include "runner/protocol.h"

namespace axllama::serve {

// The seam for tests: the real one is a child process. Loop's thread only.
class RunnerHandle {
 public:
  virtual ~RunnerHandle() = default;
  // Starts the process and loads the model. `progress` is told the share loaded, 0..1.
  // kUnavailable when the process ends meanwhile; kCanceled when `stop` is asked.
  virtual Task<Result<runner::RunnerInfo>> load(const runner::LoadRequest& request,
                                                std::function<void(double)> progress,
                                                std::stop_token stop) = 0;
  // Where its requests go. Valid once load has succeeded.
  virtual HttpClient client() const = 0;
  // Asks it whether it is well. False when the connection breaks: it died, even if nobody has told
  // so yet; and when it says that its engine is broken or that it is ending. A runner that is only
  // slow to answer is waited for, until `stop` is asked.
  virtual Task<bool> answers(std::stop_token stop) = 0;
  // Calls `action` once when the process has ended, with how ("signal 9 (Killed)").
  virtual void on_end(std::function<void(std::string)> action) = 0;
  // Asks it to end and resumes when it is gone. One that still answers is in a call to its device:
  // breaking that off can leave a card that only a reboot mends, so it is waited for, for minutes
  // (base/end_timeout.h). One that doesn't answer, or whose time is over, is killed.
  virtual Task<void> end() = 0;
};

using RunnerFactory = std::function<std::unique_ptr<RunnerHandle>()>;

// Runners as child processes (`axllama runner`), with their sockets in a private folder under
// `runtime_dir` that is removed with the last of them.
Result<RunnerFactory> process_runners(Loop& loop, const std::filesystem::path& runtime_dir);

}  // namespace axllama::serve
