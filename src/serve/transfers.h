// Models on their way to and from other hosts, beside the server's loop.
//
// libcurl, hashing and the disk block, so each pull or push is a thread; what it has to say comes
// to the loop by a channel. Blobs that several pulls want are downloaded once.
#pragma once

#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

#include "base/result.h"
#include "http/channel.h"
#include "http/loop.h"
#include "serve/pull_model.h"
#include "store/registry_pull.h"
#include "store/store.h"
#include "store/transfer_settings.h"
#include "store/transfer_shared.h"

namespace axllama::serve {

// One pull or push. The loop's side of it.
class Transfer {
 public:
  explicit Transfer(Loop& loop) : lines_(loop) {}

  // The next line of progress; nothing at the end. Loop's thread.
  Task<std::optional<store::TransferProgress>> next() { return lines_.pop(); }
  // How it ended; after the last line.
  Result<void> result() const {
    std::lock_guard lock(mutex_);
    return result_;
  }
  // Makes it end soon, with kCanceled; what was downloaded is kept for the next time. Any thread.
  void stop() { stop_.request_stop(); }

 private:
  friend class Transfers;
  void run(const std::function<Result<void>(const store::TellProgress&, std::stop_token)>& work);

  Channel<store::TransferProgress> lines_;
  std::stop_source stop_;
  mutable std::mutex mutex_;
  Result<void> result_;
};

// Loop's thread only.
class Transfers {
 public:
  Transfers(Loop& loop, store::Store store, store::TransferSettings settings)
      : loop_(loop), store_(store), settings_(std::move(settings)), downloads_(std::move(store)) {}
  // Stops all and waits for their threads.
  ~Transfers();
  Transfers(const Transfers&) = delete;
  Transfers& operator=(const Transfers&) = delete;

  const store::TransferSettings& settings() const { return settings_; }
  // shared: by the route and the thread, either of which may end first
  std::shared_ptr<Transfer> pull(const PullOrder& order);
  std::shared_ptr<Transfer> push(const store::RegistryPlace& place);

 private:
  using Work = std::function<Result<void>(const store::TellProgress&, std::stop_token)>;
  struct Running {
    std::shared_ptr<Transfer> transfer;
    std::shared_ptr<std::atomic<bool>> ended;
    std::jthread thread;
  };
  std::shared_ptr<Transfer> start(Work work);

  Loop& loop_;
  store::Store store_;
  const store::TransferSettings settings_;
  store::SharedDownloads downloads_;
  std::list<Running> running_;
};

}  // namespace axllama::serve
