// The event loop: one thread on which all sockets, timers and coroutines of a process run.
//
// Everything in http/ and every Task that awaits something of it belongs to the thread that calls
// run(). post() is the one way in from other threads.
#pragma once

#include <chrono>
#include <coroutine>
#include <functional>
#include <initializer_list>
#include <memory>
#include <stop_token>

#include "base/task.h"

namespace axllama {

class Loop {
 public:
  Loop();
  // Coroutines that still wait here are never resumed and never destroyed: what they refer to may
  // be gone by now. Objects that should see their end are to be shut down while the loop runs.
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  // Serves until stop(), or until nothing is left that could ever happen.
  void run();
  // Makes run() return soon. Any thread; also from a signal callback of on_signals.
  void stop();
  // Runs `work` on the loop's thread, later. Any thread.
  void post(std::function<void()> work);
  // Resumes a coroutine on the loop's thread, later. Any thread.
  void resume(std::coroutine_handle<> waiting);

  // Resumes after `time`; at once when `stop` is asked. True when the whole time passed.
  Task<bool> sleep(std::chrono::nanoseconds time, std::stop_token stop = {});
  // Resumes when the descriptor has something to read or its other end closed; at once when `stop`
  // is asked. True when it is readable. The caller keeps the descriptor open until then.
  Task<bool> readable(int fd, std::stop_token stop = {});
  // Calls `action` with the number of each such signal that the process gets, on the loop's thread.
  // A signal may always come, so run() does not return from then on without stop().
  void on_signals(std::initializer_list<int> numbers, std::function<void(int)> action);

  // For the .cc files of http/ only: the io_context inside.
  struct State;
  State& state() { return *state_; }

 private:
  std::unique_ptr<State> state_;
};

}  // namespace axllama
