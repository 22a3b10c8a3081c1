// Work that would hold up the server's loop, on threads beside it.
#pragma once

#include <atomic>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <thread>
#include <utility>

#include "base/process.h"
#include "base/task.h"
#include "http/channel.h"
#include "http/loop.h"

namespace axllama::serve {

// Loop's thread only. Destroyed, it waits for what runs.
class SideWork {
 public:
  explicit SideWork(Loop& loop) : loop_(loop) {}

  // What `work` gives, on a thread of its own. It owns all that it uses: whoever waits may go
  // before it ends.
  template <class T>
  Task<T> run(std::function<T()> work) {
    std::erase_if(running_, [](const Running& one) { return one.ended->load(); });
    Channel<T> answer(loop_);
    auto ended = std::make_shared<std::atomic<bool>>(false);
    std::jthread thread([answer, ended, work = std::move(work)]() mutable {
      leave_signals_to_the_loop();
      answer.push(work());
      *ended = true;
    });
    running_.push_back({std::move(ended), std::move(thread)});
    std::optional<T> given = co_await answer.pop();
    co_return *std::move(given);
  }

 private:
  struct Running {
    std::shared_ptr<std::atomic<bool>> ended;
    std::jthread thread;
  };

  Loop& loop_;
  std::list<Running> running_;
};

}  // namespace axllama::serve
