#include "standin/runtime/stream.h"

#include <algorithm>
#include <chrono>

#include "standin/runtime/codes.h"

namespace axllama::standin {

void Stream::submit(std::function<Code()> work, WorkTime time) {
  const int64_t now = timeline_.now();
  const std::scoped_lock lock(mutex_);
  if (stop_) return;
  if (timeline_.mode() == TimingMode::kVirtual) {
    ready_ = timeline_.schedule(ready_, time.lane, time.length);
  }
  queue_.push_back({std::move(work), time, now});
  if (!thread_.joinable()) thread_ = std::thread([this] { work_off(); });
  changed_.notify_all();
}

Code Stream::run(const Work& work) {
  if (timeline_.mode() == TimingMode::kVirtual) return work.run();
  int64_t earliest = work.submitted;
  {
    const std::scoped_lock lock(mutex_);
    earliest = std::max(earliest, ready_);
  }
  const int64_t start = timeline_.begin_work(earliest, work.time.lane);
  const Code result = work.run();
  const int64_t end = timeline_.end_work(start, work.time.lane, work.time.length);
  const std::scoped_lock lock(mutex_);
  ready_ = end;
  return result;
}

void Stream::work_off() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stop_ || !queue_.empty(); });
    if (stop_) return;
    Work work = std::move(queue_.front());
    queue_.pop_front();
    busy_ = true;
    lock.unlock();
    const Code result = run(work);
    work.run = {};  // what it holds goes before anybody hears that it is done
    lock.lock();
    busy_ = false;
    if (result != kOk) failed_ = true;
    changed_.notify_all();
  }
}

bool Stream::drained(std::unique_lock<std::mutex>& lock, int32_t timeout_ms) {
  const auto done = [this] { return stop_ || (queue_.empty() && !busy_); };
  if (timeout_ms >= 0 && timeline_.mode() != TimingMode::kVirtual) {
    return changed_.wait_for(lock, std::chrono::milliseconds(timeout_ms), done);
  }
  changed_.wait(lock, done);
  return true;
}

Code Stream::synchronize(int32_t timeout_ms, int64_t message_ns) {
  const int64_t begin = timeline_.now();
  const bool is_virtual = timeline_.mode() == TimingMode::kVirtual;
  const int64_t deadline = begin + int64_t{timeout_ms} * 1'000'000;
  std::unique_lock lock(mutex_);
  if (is_virtual && timeout_ms >= 0 && ready_ > deadline) {
    lock.unlock();
    timeline_.wait_until(begin, deadline);
    return kSendTimeout;
  }
  const bool all = drained(lock, timeout_ms);
  const int64_t ready = is_virtual ? ready_ : std::min(ready_, timeline_.now());
  const bool failed = all && std::exchange(failed_, false);
  lock.unlock();
  if (!all) return kSendTimeout;
  // The question goes out at once; the answer comes when the work is done.
  timeline_.wait_until(begin, std::max(begin + message_ns, ready + message_ns / 2));
  return failed ? kStreamWorkFailed : kOk;
}

void Stream::stop() {
  std::thread thread;
  {
    const std::scoped_lock lock(mutex_);
    stop_ = true;
    queue_.clear();
    thread = std::move(thread_);
    changed_.notify_all();
  }
  if (thread.joinable()) thread.join();
}

int64_t Stream::ready() const {
  const std::scoped_lock lock(mutex_);
  return ready_;
}

void Stream::not_before(int64_t when) {
  const std::scoped_lock lock(mutex_);
  ready_ = std::max(ready_, when);
}

bool Stream::stopping() const {
  const std::scoped_lock lock(mutex_);
  return stop_;
}

}  // namespace axllama::standin
