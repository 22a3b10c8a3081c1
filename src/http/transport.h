// One connected stream socket on a loop: what has come, writes with a deadline, and notice of the
// other end's leaving.
//
// It reads ahead all the time, into the inbox, up to a bound. That is how a server sees a client
// go away while it computes. A transport that waits holds no buffer.
#pragma once

#include <chrono>
#include <coroutine>
#include <functional>
#include <memory>
#include <span>
#include <string_view>

#include "base/fd.h"
#include "base/result.h"
#include "base/task.h"
#include "http/loop.h"

namespace axllama {

class Transport {
 public:
  using Deadline = std::chrono::steady_clock::time_point;
  static constexpr Deadline kNever = Deadline::max();
  static constexpr size_t kMaxPieces = 4;

  // What a wait for bytes ended with.
  enum class Wake { kArrived, kEnded, kLate };

  // Reads ahead until `ahead` bytes are unread (and then what one more read brings, 64 KiB at
  // most). `socket` is connected, or about to be: then the first thing is to await writable().
  Transport(Loop& loop, Fd socket, size_t ahead);
  Transport(Transport&&) noexcept = default;
  Transport& operator=(Transport&&) = delete;
  // Closes. A coroutine that still waits here is not resumed.
  ~Transport();

  // What came and was not consumed; valid until the next consume or wait.
  std::string_view unread() const;
  void consume(size_t bytes);
  // No more is read until something is consumed.
  bool full() const;
  // Gives the inbox's memory back when it is empty.
  void trim();
  // Nothing more will come: the other end closed, or the connection broke.
  bool ended() const;
  // Sending failed, or it ended otherwise than by the other end's orderly close.
  bool broken() const;
  // Called once, when the transport ends or breaks; an empty function takes it back. Also starts
  // reading.
  void on_end(std::function<void()> action);

  struct State;
  struct Arrival {
    State& state;
    Deadline deadline;
    bool await_ready() const noexcept;
    void await_suspend(std::coroutine_handle<> waiting) const;
    Wake await_resume() const;
  };
  // co_await arrival(t): until more bytes are there than now, or the end, or the deadline.
  Arrival arrival(Deadline deadline) { return {*state_, deadline}; }

  struct Room {
    State& state;
    Deadline deadline;
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiting) const;
    bool await_resume() const;
  };
  // co_await writable(t): until the socket takes bytes; false after the deadline or close().
  Room writable(Deadline deadline) { return {*state_, deadline}; }

  // Sends up to kMaxPieces pieces as one. kCanceled when the connection is broken, or when the
  // other end takes nothing for `patience`. What came before can still be read then.
  Task<Result<void>> write(std::span<const std::string_view> pieces,
                           std::chrono::milliseconds patience);
  // Tells the other end that nothing more comes; reading goes on.
  void finish_sending();
  void close();
  // Closes so that the other end sees an error and no orderly end.
  void reset();
  // A function that any thread may call at any time, and that closes the transport on its loop.
  std::function<void()> closer() const;

  // The pending error of the socket, 0 for none: the outcome of a connect.
  int take_error() const;

 private:
  std::shared_ptr<State> state_;  // shared with the operations that are under way
};

}  // namespace axllama
