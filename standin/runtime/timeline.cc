#include "standin/runtime/timeline.h"

#include <ctime>

#include <algorithm>
#include <cerrno>

namespace axllama::standin {

int64_t steady_ns() {
  timespec now = {};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

void sleep_until_ns(int64_t when) {
  constexpr int64_t kSpin = 50'000;
  const int64_t wake = when - kSpin;
  if (wake > steady_ns()) {
    const timespec at = {wake / 1'000'000'000, wake % 1'000'000'000};
    while (::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, nullptr) == EINTR) {
    }
  }
  while (steady_ns() < when) {
  }
}

void Timeline::set_mode(TimingMode mode) {
  const std::scoped_lock lock(mutex_);
  if (mode_ == mode) return;
  mode_ = mode;
  ++epoch_;
  overlap_ = {};
}

TimingMode Timeline::mode() const {
  const std::scoped_lock lock(mutex_);
  return mode_;
}

int64_t Timeline::now_locked() const {
  return mode_ == TimingMode::kVirtual ? host_ : steady_ns();
}

int64_t Timeline::now() const {
  const std::scoped_lock lock(mutex_);
  return now_locked();
}

void Timeline::reset() {
  const std::scoped_lock lock(mutex_);
  overlap_ = {};
}

int64_t* Timeline::free_from(Lane* lane) const {
  if (lane == nullptr) return nullptr;
  if (lane->epoch != epoch_) *lane = {0, epoch_};
  return &lane->free_from;
}

void Timeline::finish(int64_t begin, Lane* lane, int64_t length) {
  int64_t end = 0;
  {
    const std::scoped_lock lock(mutex_);
    if (mode_ == TimingMode::kOff) return;
    int64_t* free = free_from(lane);
    end = (free == nullptr ? begin : std::max(begin, *free)) + length;
    if (free != nullptr) *free = end;
  }
  wait_until(begin, end);
}

void Timeline::spend(int64_t begin, int64_t length) {
  {
    const std::scoped_lock lock(mutex_);
    if (mode_ == TimingMode::kVirtual) host_ = std::max(host_, begin + length);
    if (mode_ != TimingMode::kReal) return;
  }
  sleep_until_ns(begin + length);
}

void Timeline::wait_until(int64_t begin, int64_t end) {
  TimingMode mode = TimingMode::kOff;
  {
    const std::scoped_lock lock(mutex_);
    mode = mode_;
    if (mode == TimingMode::kOff) end = now_locked();
    overlap_.blocked(begin, end);
    if (mode == TimingMode::kVirtual) host_ = std::max(host_, end);
  }
  if (mode == TimingMode::kReal) sleep_until_ns(end);
}

int64_t Timeline::schedule(int64_t ready, Lane* lane, int64_t length) {
  const std::scoped_lock lock(mutex_);
  int64_t* free = free_from(lane);
  const int64_t start = std::max({host_, ready, free == nullptr ? 0 : *free});
  const int64_t end = start + length;
  if (free != nullptr) *free = end;
  overlap_.busy(start, end);
  return end;
}

int64_t Timeline::begin_work(int64_t earliest, Lane* lane) {
  const std::scoped_lock lock(mutex_);
  const int64_t* free = free_from(lane);
  if (mode_ != TimingMode::kReal) return now_locked();
  return free == nullptr ? earliest : std::max(earliest, *free);
}

int64_t Timeline::end_work(int64_t start, Lane* lane, int64_t length) {
  // Threads wake late by less than this; later ones computed longer than the card would have.
  constexpr int64_t kLateness = 200'000;
  const int64_t due = start + length;
  if (mode() == TimingMode::kReal) sleep_until_ns(due);
  const std::scoped_lock lock(mutex_);
  const int64_t now = now_locked();
  const bool punctual = mode_ == TimingMode::kReal && now - due < kLateness;
  const int64_t end = punctual ? due : now;
  if (int64_t* free = free_from(lane)) *free = end;
  overlap_.busy(start, end);
  return end;
}

int64_t Timeline::overlap() const {
  const std::scoped_lock lock(mutex_);
  return overlap_.total(now_locked());
}

}  // namespace axllama::standin
