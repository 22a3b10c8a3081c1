// A lazy coroutine: the one way in which asynchronous work is written in this project.
//
// A Task starts when it is awaited and resumes its awaiter when it ends. It runs wherever it is
// resumed: on the thread of the loop whose operations it awaits. An exception that leaves it is
// rethrown to the awaiter.
#pragma once

#include <atomic>
#include <coroutine>
#include <exception>
#include <functional>
#include <optional>
#include <utility>

namespace axllama {

template <class T = void>
class Task;

namespace task_detail {

struct PromiseBase {
  std::coroutine_handle<> awaiter = std::noop_coroutine();
  std::exception_ptr exception;
  // Set by the task's end and by the return from its start. Who comes second goes on with the
  // awaiter: a task that ends without having waited is left by a plain return, so that a loop over
  // such tasks needs no stack in builds that make no tail calls (-O0, sanitizers).
  std::atomic<bool> one_side_done = false;

  struct FinalAwaiter {
    bool await_ready() const noexcept { return false; }
    template <class P>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<P> self) const noexcept {
      const std::coroutine_handle<> awaiter = self.promise().awaiter;
      const bool second = self.promise().one_side_done.exchange(true, std::memory_order_acq_rel);
      return second ? awaiter : std::noop_coroutine();
    }
    void await_resume() const noexcept {}
  };

  std::suspend_always initial_suspend() const noexcept { return {}; }
  FinalAwaiter final_suspend() const noexcept { return {}; }
  void unhandled_exception() noexcept { exception = std::current_exception(); }
};

template <class T>
struct Promise : PromiseBase {
  std::optional<T> value;
  Task<T> get_return_object();
  template <class U>
  void return_value(U&& result) {
    value.emplace(std::forward<U>(result));
  }
  T take() {
    if (exception) std::rethrow_exception(exception);
    return *std::move(value);
  }
};

template <>
struct Promise<void> : PromiseBase {
  Task<void> get_return_object();
  void return_void() const noexcept {}
  void take() const {
    if (exception) std::rethrow_exception(exception);
  }
};

}  // namespace task_detail

template <class T>
class [[nodiscard]] Task {
 public:
  using promise_type = task_detail::Promise<T>;
  using Handle = std::coroutine_handle<promise_type>;

  explicit Task(Handle handle) : handle_(handle) {}
  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  Task& operator=(Task&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~Task() {
    if (handle_) handle_.destroy();
  }

  bool await_ready() const noexcept { return false; }
  // Whether the awaiter has to wait.
  bool await_suspend(std::coroutine_handle<> awaiter) noexcept {
    promise_type& promise = handle_.promise();
    promise.awaiter = awaiter;
    handle_.resume();
    return !promise.one_side_done.exchange(true, std::memory_order_acq_rel);
  }
  T await_resume() { return handle_.promise().take(); }

 private:
  Handle handle_;
};

namespace task_detail {

template <class T>
Task<T> Promise<T>::get_return_object() {
  return Task<T>(Task<T>::Handle::from_promise(*this));
}
inline Task<void> Promise<void>::get_return_object() {
  return Task<void>(Task<void>::Handle::from_promise(*this));
}

// The frame that owns a detached task; it destroys itself at its end.
struct Detached {
  struct promise_type {
    Detached get_return_object() const noexcept { return {}; }
    std::suspend_never initial_suspend() const noexcept { return {}; }
    std::suspend_never final_suspend() const noexcept { return {}; }
    void return_void() const noexcept {}
    void unhandled_exception() const noexcept { std::terminate(); }
  };
};

inline Detached run_detached(Task<void> task, std::function<void()> at_end) {
  co_await std::move(task);
  if (at_end) at_end();
}

}  // namespace task_detail

// Starts `task` now, on this thread, and lets it run to its end by itself; then calls `at_end`.
// The task must not let an exception out: that ends the process.
inline void start(Task<void> task, std::function<void()> at_end = {}) {
  task_detail::run_detached(std::move(task), std::move(at_end));
}

}  // namespace axllama
