// The digest of a file that is still being written, from its beginning on.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

#include "base/result.h"

namespace axllama::store {

// Follows on a thread of its own: what is read is still in memory, and when the last byte has come
// there is little left to do. With many parts at once the file is whole from its beginning on only
// as far as the first parts are; the rest is read once, at the end.
class FollowingHash {
 public:
  using Read = std::function<Result<size_t>(uint64_t offset, char* into, size_t room)>;

  explicit FollowingHash(Read read);
  ~FollowingHash();  // breaks off
  FollowingHash(const FollowingHash&) = delete;
  FollowingHash& operator=(const FollowingHash&) = delete;

  // The file is whole up to here. Never less than before.
  void advance(uint64_t whole_to);
  // Waits until `size` bytes are read and gives their digest, "sha256:<hex>". kCanceled when `stop`
  // is asked; kIo.
  Result<std::string> finish(uint64_t size, std::stop_token stop);

 private:
  void follow(std::stop_token stop);

  Read read_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  uint64_t target_ = 0;
  uint64_t done_ = 0;
  bool last_ = false;  // target_ is the end
  Result<std::string> digest_ = std::string();
  bool ended_ = false;
  std::jthread thread_;
};

}  // namespace axllama::store
