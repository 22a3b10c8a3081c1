// Time as the host and the card live it: the machine's own clock, which calls wait for, or a
// virtual one that only they move.
#pragma once

#include <cstdint>
#include <mutex>

#include "standin/runtime/overlap.h"
#include "standin/runtime/settings.h"

namespace axllama::standin {

// A part of the machine that does one thing at a time: a card's NPU, the PCIe bus. Guarded by the
// Timeline that it is given to.
struct Lane {
  int64_t free_from = 0;
  uint64_t epoch = 0;
};

// Durations and times in ns. Any thread may call. In virtual time all threads of the process share
// one host clock. Lanes may be null: nothing is waited for.
class Timeline {
 public:
  // Both clocks go on from now; lanes are free.
  void set_mode(TimingMode mode);
  TimingMode mode() const;
  int64_t now() const;
  // Overlap begins again at 0. Virtual time goes on: streams may have work of it left.
  void reset();

  // A blocking call that began at `begin`, needs `lane` for `length` and has done its own work by
  // now: waits until the card would be done.
  void finish(int64_t begin, Lane* lane, int64_t length);
  // The host is busy with an asynchronous call for `length`, which waits for nothing.
  void spend(int64_t begin, int64_t length);
  // The host waits until `end`.
  void wait_until(int64_t begin, int64_t end);

  // Virtual time: work submitted now to a stream that is idle from `ready` on. When it is done.
  int64_t schedule(int64_t ready, Lane* lane, int64_t length);
  // Real time, on the stream's own thread: when work that could begin at `earliest` does, and then,
  // its computation done, when it ends; end_work waits for that.
  int64_t begin_work(int64_t earliest, Lane* lane);
  int64_t end_work(int64_t start, Lane* lane, int64_t length);

  // How long the card worked while no call waited for it.
  int64_t overlap() const;

 private:
  int64_t now_locked() const;
  int64_t* free_from(Lane* lane) const;

  mutable std::mutex mutex_;
  TimingMode mode_ = TimingMode::kOff;
  uint64_t epoch_ = 1;
  int64_t host_ = 0;  // virtual time
  Overlap overlap_;
};

// The machine's monotonic clock.
int64_t steady_ns();
// Sleeps until steady_ns() is `when`, and spins for the last 50 us, since sleeps end late.
void sleep_until_ns(int64_t when);

}  // namespace axllama::standin
