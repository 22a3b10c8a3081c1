// Things that one thread makes and another takes, in order, during one step.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <vector>

namespace axllama::npu {

// One maker and one taker. Items are kept from step to step, so that their memory is used again.
template <class T>
class Handover {
 public:
  // Before the threads begin: room for `items`, none made, none taken.
  void begin(size_t items) {
    if (items_.size() < items) items_.resize(items);
    made_ = taken_ = 0;
    closed_ = false;
  }

  // The maker's: the item to fill next; put() hands it over.
  T& next() { return items_[made_]; }
  void put() {
    {
      const std::scoped_lock lock(mutex_);
      ++made_;
    }
    changed_.notify_all();
  }
  // No more will come.
  void close() {
    {
      const std::scoped_lock lock(mutex_);
      closed_ = true;
    }
    changed_.notify_all();
  }

  // The taker's: the next item, once it is there; null when it was closed before.
  T* take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return closed_ || made_ > taken_; });
    return made_ > taken_ ? &items_[taken_++] : nullptr;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<T> items_;
  size_t made_ = 0;
  size_t taken_ = 0;
  bool closed_ = false;
};

}  // namespace axllama::npu
