#include "standin/runtime/overlap.h"

#include <algorithm>

namespace axllama::standin {
namespace {

constexpr size_t kKept = 4096;

}  // namespace

void Overlap::busy(int64_t start, int64_t end) {
  if (end <= start) return;
  work_.push_back({start, end});
  if (work_.size() <= kKept) return;
  finished_ += work_.front().end - work_.front().start;
  work_.pop_front();
}

void Overlap::blocked(int64_t start, int64_t end) {
  for (const Interval& work : work_) {
    waited_ += std::max<int64_t>(0, std::min(work.end, end) - std::max(work.start, start));
  }
  while (!work_.empty() && work_.front().end <= end) {
    finished_ += work_.front().end - work_.front().start;
    work_.pop_front();
  }
}

int64_t Overlap::total(int64_t now) const {
  int64_t sum = finished_ - waited_;
  for (const Interval& work : work_) {
    sum += std::max<int64_t>(0, std::min(work.end, now) - work.start);
  }
  return sum;
}

}  // namespace axllama::standin
