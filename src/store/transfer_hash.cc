#include "store/transfer_hash.h"

#include <algorithm>
#include <vector>

#include "base/digest.h"
#include "base/process.h"

namespace axllama::store {
namespace {

constexpr size_t kPiece = 1 << 20;

}  // namespace

FollowingHash::FollowingHash(Read read)
    : read_(std::move(read)), thread_([this](std::stop_token stop) { follow(stop); }) {}

FollowingHash::~FollowingHash() {
  thread_.request_stop();
}

void FollowingHash::advance(uint64_t whole_to) {
  std::lock_guard lock(mutex_);
  if (whole_to <= target_) return;
  target_ = whole_to;
  changed_.notify_all();
}

void FollowingHash::follow(std::stop_token stop) {
  leave_signals_to_the_loop();
  Sha256 sum;
  std::vector<char> piece(kPiece);
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    if (done_ == target_ && last_) {
      digest_ = "sha256:" + sum.hex();
      break;
    }
    if (done_ == target_) {
      changed_.wait(lock, stop, [this] { return done_ < target_ || last_; });
      continue;
    }
    const size_t room = std::min<uint64_t>(piece.size(), target_ - done_);
    const uint64_t from = done_;
    lock.unlock();
    const Result<size_t> got = read_(from, piece.data(), room);
    if (got) sum.update({piece.data(), *got});
    lock.lock();
    if (!got) {
      digest_ = std::unexpected(got.error());
      break;
    }
    if (*got == 0) {
      digest_ = fail(ErrorCode::kIo, "a file became shorter while it was read");
      break;
    }
    done_ += *got;
  }
  ended_ = true;
  changed_.notify_all();
}

Result<std::string> FollowingHash::finish(uint64_t size, std::stop_token stop) {
  std::unique_lock lock(mutex_);
  target_ = std::max(target_, size);
  last_ = true;
  changed_.notify_all();
  if (!changed_.wait(lock, stop, [this] { return ended_; })) {
    return fail(ErrorCode::kCanceled, "the transfer was canceled");
  }
  return digest_;
}

}  // namespace axllama::store
