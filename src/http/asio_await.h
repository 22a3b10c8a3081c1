// Boost.Asio for the .cc files of http/: what a Loop is inside, and how a coroutine awaits an
// asynchronous operation. No header may include this, and no .cc file Asio but through this.
#pragma once

// ThreadSanitizer knows no fences. Handlers that change threads go through a mutex besides.
#ifdef __SANITIZE_THREAD__
#define BOOST_ASIO_DISABLE_FENCED_BLOCK
#endif

#include <boost/asio/buffer.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <coroutine>
#include <list>
#include <memory>
#include <utility>
#include <vector>

#include "http/loop.h"

namespace axllama {

namespace asio = boost::asio;
using boost::system::error_code;

struct Loop::State {
  static constexpr size_t kScratchBytes = 64 << 10;

  // shared: stop callbacks on other threads hold it weakly, and may come after the loop's end.
  std::shared_ptr<asio::io_context> io = std::make_shared<asio::io_context>(1);
  std::list<asio::signal_set> signals;
  // What every read goes through, so that an idle connection needs no buffer of its own.
  std::vector<char> scratch = std::vector<char>(kScratchBytes);
};

// Remembers a coroutine that will never be resumed (see Loop::~Loop). It is still reachable then,
// so that leak checkers tell it from memory that was lost.
void abandon(std::coroutine_handle<> waiting);

// The completion handler of an awaited operation.
class Resume {
 public:
  explicit Resume(std::coroutine_handle<> waiting, error_code* result = nullptr)
      : waiting_(waiting), result_(result) {}
  Resume(Resume&& other) noexcept
      : waiting_(std::exchange(other.waiting_, {})), result_(other.result_) {}
  ~Resume() {
    if (waiting_) abandon(waiting_);
  }
  void operator()(const error_code& result) {
    if (result_ != nullptr) *result_ = result;
    std::exchange(waiting_, {}).resume();
  }

 private:
  std::coroutine_handle<> waiting_;
  error_code* result_;
};

// co_await Await(f): f gets the completion handler and starts the operation with it.
template <class Start>
class Await {
 public:
  explicit Await(Start start) : start_(std::move(start)) {}
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> waiting) { start_(Resume(waiting, &result_)); }
  error_code await_resume() const noexcept { return result_; }

 private:
  Start start_;
  error_code result_;
};

}  // namespace axllama
