#include "http/loop.h"

#include <sys/epoll.h>

#include <exception>
#include <mutex>
#include <string>

#include "base/fd.h"
#include "base/log.h"
#include "http/asio_await.h"

namespace axllama {
namespace {

// A function that any thread may call, also when the loop is gone: cancels `operation` on the loop.
template <class Operation>
auto canceler(const Loop::State& loop, const std::shared_ptr<Operation>& operation) {
  return [io = std::weak_ptr(loop.io), operation = std::weak_ptr(operation)] {
    const std::shared_ptr<asio::io_context> alive = io.lock();
    if (!alive) return;
    asio::post(*alive, [operation] {
      if (const auto waiting = operation.lock()) waiting->cancel();
    });
  };
}

// An epoll descriptor that is readable when `fd` is. asio makes what it waits for non-blocking,
// which other holders of the same terminal or pipe would feel; this one is nobody else's.
Fd epoll_on(int fd) {
  Fd epoll(::epoll_create1(EPOLL_CLOEXEC));
  epoll_event event{.events = EPOLLIN | EPOLLRDHUP, .data = {.fd = fd}};
  if (!epoll || ::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, fd, &event) != 0) return {};
  return epoll;
}

void wait_for_signal(asio::signal_set& signals, std::shared_ptr<std::function<void(int)>> action) {
  signals.async_wait([&signals, action](const error_code& failed, int number) {
    if (failed) return;
    (*action)(number);
    wait_for_signal(signals, action);
  });
}

}  // namespace

void abandon(std::coroutine_handle<> waiting) {
  static std::mutex mutex;
  static auto& all = *new std::vector<void*>;
  std::lock_guard lock(mutex);
  all.push_back(waiting.address());
}

Loop::Loop() : state_(std::make_unique<State>()) {}
Loop::~Loop() = default;

void Loop::run() {
  for (;;) {
    try {
      state_->io->run();
      break;
    } catch (const std::exception& error) {
      log_error(std::string("an exception left a callback of the loop: ") + error.what());
    }
  }
  state_->io->restart();  // after, not before: a stop() that comes ahead of run() must count
}

void Loop::stop() {
  state_->io->stop();
}

void Loop::post(std::function<void()> work) {
  asio::post(*state_->io, std::move(work));
}

void Loop::resume(std::coroutine_handle<> waiting) {
  asio::post(*state_->io, [next = Resume(waiting)]() mutable { next({}); });
}

Task<bool> Loop::sleep(std::chrono::nanoseconds time, std::stop_token stop) {
  if (stop.stop_requested()) co_return false;
  const auto timer = std::make_shared<asio::steady_timer>(*state_->io, time);
  const std::stop_callback on_stop(stop, canceler(*state_, timer));
  const error_code stopped =
      co_await Await([&](Resume resume) { timer->async_wait(std::move(resume)); });
  co_return !stopped;
}

Task<bool> Loop::readable(int fd, std::stop_token stop) {
  if (stop.stop_requested()) co_return false;
  Fd epoll = epoll_on(fd);
  if (!epoll) co_return true;  // a regular file, or a broken descriptor: reading tells at once
  using Descriptor = asio::posix::stream_descriptor;
  const auto descriptor = std::make_shared<Descriptor>(*state_->io, epoll.release());
  const std::stop_callback on_stop(stop, canceler(*state_, descriptor));
  const error_code stopped = co_await Await(
      [&](Resume resume) { descriptor->async_wait(Descriptor::wait_read, std::move(resume)); });
  co_return !stopped;
}

void Loop::on_signals(std::initializer_list<int> numbers, std::function<void(int)> action) {
  asio::signal_set& signals = state_->signals.emplace_back(*state_->io);
  for (const int number : numbers) signals.add(number);
  wait_for_signal(signals, std::make_shared<std::function<void(int)>>(std::move(action)));
}

}  // namespace axllama
