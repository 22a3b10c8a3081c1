// A coroutine that belongs to an object, which may destroy it while it waits.
#pragma once

#include <coroutine>
#include <exception>
#include <utility>

namespace axllama {

// Waits until start(). The owner takes care that nobody resumes it after its destruction. An
// exception that leaves the coroutine ends the process.
class OwnedTask {
 public:
  struct promise_type {
    OwnedTask get_return_object() {
      return OwnedTask(std::coroutine_handle<promise_type>::from_promise(*this));
    }
    std::suspend_always initial_suspend() const noexcept { return {}; }
    std::suspend_always final_suspend() const noexcept { return {}; }
    void return_void() const noexcept {}
    void unhandled_exception() const noexcept { std::terminate(); }
  };

  OwnedTask(OwnedTask&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  ~OwnedTask() {
    if (handle_) handle_.destroy();
  }
  void start() const { handle_.resume(); }

 private:
  explicit OwnedTask(std::coroutine_handle<promise_type> handle) : handle_(handle) {}
  std::coroutine_handle<promise_type> handle_;
};

}  // namespace axllama
