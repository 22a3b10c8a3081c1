#include "standin/runtime/event.h"

#include <algorithm>
#include <chrono>

#include "standin/runtime/codes.h"

namespace axllama::standin {

void Event::record(Stream& stream) {
  const int64_t ready = stream.ready();
  uint64_t number = 0;
  {
    const std::scoped_lock lock(mutex_);
    number = ++recorded_;
    pending_.insert(number);
    virtual_time_ = ready;
  }
  // It happens when the work is done, and also when a stream that stops drops it.
  std::shared_ptr<void> last(nullptr,
                             [self = shared_from_this(), number](void*) { self->happen(number); });
  stream.submit([last] { return kOk; }, {});
}

void Event::happen(uint64_t number) {
  const std::scoped_lock lock(mutex_);
  pending_.erase(number);
  happened_.notify_all();
}

void Event::make_wait(const std::shared_ptr<Stream>& stream, int32_t timeout_ms) {
  uint64_t number = 0;
  int64_t when = 0;
  {
    const std::scoped_lock lock(mutex_);
    number = recorded_;
    when = virtual_time_;
  }
  stream->not_before(when);
  // The stream outlives its work: it joins its thread before it goes.
  stream->submit([self = shared_from_this(), number, waiter = stream.get(),
                  timeout_ms] { return self->wait(number, *waiter, timeout_ms); },
                 {});
}

Code Event::wait(uint64_t number, const Stream& stream, int32_t timeout_ms) {
  using Clock = std::chrono::steady_clock;
  const auto begin = Clock::now();
  std::unique_lock lock(mutex_);
  // In slices, since a stream that is to stop doesn't know what it waits for.
  while (!happened_.wait_for(lock, std::chrono::milliseconds(20),
                             [&] { return !pending_.contains(number); })) {
    if (stream.stopping()) return kSendFailed;
    if (timeout_ms >= 0 && Clock::now() - begin >= std::chrono::milliseconds(timeout_ms)) {
      return kEventWait;
    }
  }
  return kOk;
}

}  // namespace axllama::standin
