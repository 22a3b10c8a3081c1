// A queue from any thread to a coroutine on a loop.
#pragma once

#include <coroutine>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "http/loop.h"

namespace axllama {

// Any number of writers on any thread; one reader, a coroutine on the loop's thread. Writers hold a
// copy of the channel, so either side may go first; what is unread then is dropped.
template <class T>
class Channel {
 public:
  explicit Channel(Loop& loop) : state_(std::make_shared<State>(loop)) {}

  // After close() it does nothing. The loop must outlive every push.
  void push(T value) {
    std::lock_guard lock(state_->mutex);
    if (state_->closed) return;
    state_->queue.push_back(std::move(value));
    state_->wake();
  }

  // The reader gets what is queued, then nothing.
  void close() {
    std::lock_guard lock(state_->mutex);
    state_->closed = true;
    state_->wake();
  }

  // The next value, in order; nothing once the channel is closed and empty. Loop's thread only, one
  // reader at a time.
  Task<std::optional<T>> pop() {
    const std::shared_ptr<State> state = state_;
    for (;;) {
      {
        std::lock_guard lock(state->mutex);
        if (!state->queue.empty()) {
          std::optional<T> value(std::move(state->queue.front()));
          state->queue.pop_front();
          co_return value;
        }
        if (state->closed) co_return std::nullopt;
      }
      co_await Wait{*state};
    }
  }

 private:
  // shared: writers on other threads and the reader outlive each other in either order.
  struct State {
    explicit State(Loop& on) : loop(on) {}
    Loop& loop;
    std::mutex mutex;
    std::deque<T> queue;
    std::coroutine_handle<> reader;
    bool closed = false;

    void wake() {  // under the mutex
      if (reader) loop.resume(std::exchange(reader, {}));
    }
  };

  struct Wait {
    State& state;
    bool await_ready() const noexcept { return false; }
    bool await_suspend(std::coroutine_handle<> handle) const {
      std::lock_guard lock(state.mutex);
      if (!state.queue.empty() || state.closed) return false;
      state.reader = handle;
      return true;
    }
    void await_resume() const noexcept {}
  };

  std::shared_ptr<State> state_;
};

}  // namespace axllama
