// How far a load that goes on on several threads has come, told to one.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

#include "engine/engine.h"

namespace axllama::npu {

class LoadWatch {
 public:
  // bytes: what each of the loads has to load.
  explicit LoadWatch(std::vector<uint64_t> bytes);

  // A loading thread's: load `index` has come so far, 0..1. False: stop.
  bool tell(size_t index, float share);
  // Any thread's: tell() says false from now on.
  void stop();
  // A loading thread's last word.
  void ended();

  // The caller's: until all have ended, tells `progress` the share of all bytes, each time that it
  // has grown and at least once. False when `progress` said to stop.
  bool watch(const LoadProgress& progress);

 private:
  float share() const;

  std::mutex mutex_;
  std::condition_variable changed_;
  const std::vector<uint64_t> bytes_;
  std::vector<float> shares_;
  size_t ended_ = 0;
  bool news_ = true;
  bool stop_ = false;
  bool canceled_ = false;  // by `progress`
};

}  // namespace axllama::npu
