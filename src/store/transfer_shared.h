// Downloads that several wait for: two clients that pull the same blob share one.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

#include "base/result.h"
#include "store/store.h"
#include "store/transfer_download.h"

namespace axllama::store {

// A download on a thread of its own. It ends early, with what came so far kept, when the last who
// waits for it lets go of it.
class SharedDownload {
 public:
  SharedDownload(Store store, BlobSource source);
  ~SharedDownload();
  SharedDownload(const SharedDownload&) = delete;
  SharedDownload& operator=(const SharedDownload&) = delete;

  // Waits for its end, or until `stop` is asked (kCanceled). `progress` is told the bytes that are
  // there about every 60 ms and at the end. Any thread.
  Result<void> wait(std::stop_token stop, const std::function<void(uint64_t)>& progress);
  bool has_failed() const;

 private:
  void run(std::stop_token stop);

  BlobDownload download_;
  mutable std::mutex mutex_;
  std::condition_variable_any ended_;
  std::optional<Result<void>> result_;
  std::jthread thread_;  // last: it uses the rest
};

// Any thread.
class SharedDownloads {
 public:
  explicit SharedDownloads(Store store) : store_(std::move(store)) {}

  // Starts it, or joins one of the same blob that is under way.
  // shared: by all who wait for it
  std::shared_ptr<SharedDownload> join(const BlobSource& source);

 private:
  const Store store_;
  std::mutex mutex_;
  std::map<std::string, std::weak_ptr<SharedDownload>> running_;  // by digest
};

}  // namespace axllama::store
