// How long the card worked while the host was free to do something else.
#pragma once

#include <cstdint>
#include <deque>

namespace axllama::standin {

// Times in ns of one clock. Not thread-safe.
class Overlap {
 public:
  // The card works in [start, end). Starts don't go back.
  void busy(int64_t start, int64_t end);
  // The host waits in [start, end).
  void blocked(int64_t start, int64_t end);
  // Work up to `now` for which nobody waited.
  int64_t total(int64_t now) const;

 private:
  struct Interval {
    int64_t start;
    int64_t end;
  };
  std::deque<Interval> work_;  // whose end isn't past yet
  int64_t finished_ = 0;       // length of the work that left the deque
  int64_t waited_ = 0;         // part of all work for which the host waited
};

}  // namespace axllama::standin
