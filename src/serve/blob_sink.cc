#include "serve/blob_sink.h"

#include <utility>

namespace axllama::serve {
namespace {

constexpr size_t kPiece = 1 << 20;

}  // namespace

BlobSink::BlobSink(SideWork& side, const store::Store& store, std::string_view digest)
    : side_(side) {
  if (store.has_blob(digest)) return;
  Result<store::Store::Upload> upload = store::Store::Upload::start(store, digest);
  if (upload) {
    upload_ = std::make_shared<store::Store::Upload>(*std::move(upload));
  } else {
    error_ = upload.error();
  }
}

void BlobSink::put(std::string_view bytes) {
  if (upload_ && !error_) pending_ += bytes;
}

Task<bool> BlobSink::settle() {
  if (pending_.size() < kPiece) co_return !error_;
  co_return co_await write_pending();
}

Task<bool> BlobSink::write_pending() {
  std::function<Result<void>()> write = [upload = upload_, bytes = std::exchange(pending_, {})] {
    return upload->write(bytes);
  };
  const Result<void> written = co_await side_.run(std::move(write));
  if (!written) error_ = written.error();
  co_return !error_;
}

Task<Result<bool>> BlobSink::finish() {
  if (!upload_ && !error_) co_return false;
  if (!error_ && !pending_.empty()) co_await write_pending();
  if (error_) co_return std::unexpected(*error_);
  std::function<Result<void>()> commit = [upload = upload_] { return upload->commit(); };
  const Result<void> done = co_await side_.run(std::move(commit));
  if (!done) co_return std::unexpected(done.error());
  co_return true;
}

}  // namespace axllama::serve
