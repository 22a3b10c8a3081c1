#include "serve/blob_sink.h"

#include <utility>

namespace axllama::serve {
namespace {

constexpr size_t kPiece = 1 << 20;

}  // namespace

struct BlobSink::Work {
  store::Store::Upload upload;
};

BlobSink::BlobSink(SideWork& side, const store::Store& store, std::string_view digest)
    : side_(side) {
  Result<store::Store::Upload> upload = store::Store::Upload::start(store, digest);
  if (!upload) {
    error_ = upload.error();
  } else if (store.has_blob(digest)) {
    known_ = true;
  } else {
    work_ = std::make_shared<Work>(*std::move(upload));
  }
}

void BlobSink::put(std::string_view bytes) {
  if (work_ && !error_) pending_ += bytes;
}

Task<bool> BlobSink::settle() {
  if (pending_.size() < kPiece) co_return !error_;
  co_return co_await write_pending();
}

Task<bool> BlobSink::write_pending() {
  std::function<Result<void>()> write = [work = work_, bytes = std::exchange(pending_, {})] {
    return work->upload.write(bytes);
  };
  const Result<void> written = co_await side_.run(std::move(write));
  if (!written) error_ = written.error();
  co_return !error_;
}

Task<Result<bool>> BlobSink::finish() {
  if (known_) co_return false;
  if (!error_ && !pending_.empty()) co_await write_pending();
  if (error_) co_return std::unexpected(*error_);
  std::function<Result<void>()> commit = [work = work_] { return work->upload.commit(); };
  const Result<void> done = co_await side_.run(std::move(commit));
  if (!done) co_return std::unexpected(done.error());
  co_return true;
}

}  // namespace axllama::serve
