#include "store/transfer_shared.h"

#include "base/process.h"

namespace axllama::store {
namespace {

constexpr std::chrono::milliseconds kTick(60);

}  // namespace

SharedDownload::SharedDownload(Store store, BlobSource source)
    : download_(std::move(store), std::move(source)),
      thread_([this](std::stop_token stop) { run(stop); }) {}

SharedDownload::~SharedDownload() {
  thread_.request_stop();
}

void SharedDownload::run(std::stop_token stop) {
  leave_signals_to_the_loop();
  const Result<void> result = download_.run(stop);
  std::lock_guard lock(mutex_);
  result_ = result;
  ended_.notify_all();
}

bool SharedDownload::has_failed() const {
  std::lock_guard lock(mutex_);
  return result_ && !*result_;
}

Result<void> SharedDownload::wait(std::stop_token stop,
                                  const std::function<void(uint64_t)>& progress) {
  std::unique_lock lock(mutex_);
  while (!ended_.wait_for(lock, stop, kTick, [this] { return result_.has_value(); })) {
    if (stop.stop_requested()) return fail(ErrorCode::kCanceled, "the transfer was canceled");
    lock.unlock();
    progress(download_.completed());
    lock.lock();
  }
  const Result<void> result = *result_;
  lock.unlock();
  if (result) progress(download_.completed());
  return result;
}

std::shared_ptr<SharedDownload> SharedDownloads::join(const BlobSource& source) {
  std::lock_guard lock(mutex_);
  std::erase_if(running_, [](const auto& entry) { return entry.second.expired(); });
  std::weak_ptr<SharedDownload>& place = running_[source.digest];
  std::shared_ptr<SharedDownload> download = place.lock();
  if (download && !download->has_failed()) return download;
  download = std::make_shared<SharedDownload>(store_, source);
  place = download;
  return download;
}

}  // namespace axllama::store
