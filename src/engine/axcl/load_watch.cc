#include "engine/axcl/load_watch.h"

#include <algorithm>
#include <utility>

namespace axllama::npu {

LoadWatch::LoadWatch(std::vector<uint64_t> bytes)
    : bytes_(std::move(bytes)), shares_(bytes_.size(), 0) {}

bool LoadWatch::tell(size_t index, float share) {
  const std::scoped_lock lock(mutex_);
  news_ = news_ || share > shares_[index];
  shares_[index] = std::max(shares_[index], share);
  changed_.notify_all();
  return !stop_;
}

void LoadWatch::stop() {
  const std::scoped_lock lock(mutex_);
  stop_ = true;
}

void LoadWatch::ended() {
  const std::scoped_lock lock(mutex_);
  ++ended_;
  changed_.notify_all();
}

float LoadWatch::share() const {
  double done = 0;
  double all = 0;
  for (size_t i = 0; i < bytes_.size(); ++i) {
    done += static_cast<double>(bytes_[i]) * static_cast<double>(shares_[i]);
    all += static_cast<double>(bytes_[i]);
  }
  return all > 0 ? static_cast<float>(done / all) : 1;
}

bool LoadWatch::watch(const LoadProgress& progress) {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return news_ || ended_ == bytes_.size(); });
    if (!std::exchange(news_, false)) return !canceled_;
    const float now = share();
    lock.unlock();
    const bool go_on = !progress || progress(now);
    lock.lock();
    canceled_ = canceled_ || !go_on;
    stop_ = stop_ || canceled_;
  }
}

}  // namespace axllama::npu
