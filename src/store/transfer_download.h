// One blob from another host into the store: in parts, resumed, verified.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>

#include "base/result.h"
#include "store/registry_session.h"
#include "store/store.h"
#include "store/transfer_url.h"

namespace axllama::store {

struct BlobSource {
  std::string digest;  // "sha256:<64 hex>"
  uint64_t size = 0;
  Url url = {};
  // shared: by all downloads of a model, which may outlive each other in any order
  std::shared_ptr<RegistrySession> session = {};
};

// Whether the store has the blob in its full length.
bool has_whole_blob(const Store& store, const std::string& digest, uint64_t size);

class BlobDownload {
 public:
  BlobDownload(Store store, BlobSource source)
      : store_(std::move(store)), source_(std::move(source)) {}

  // Returns when the blob is in the store. What came before an error, or before `stop` was asked
  // (kCanceled), is kept and used the next time. While another process downloads the same blob this
  // waits for it. kCorrupt `digest mismatch, file must be downloaded again: want ..., got ...`:
  // then nothing is kept. One thread, once.
  Result<void> run(std::stop_token stop);
  // Bytes that are there. Any thread.
  uint64_t completed() const { return arrived_; }

 private:
  const Store store_;
  const BlobSource source_;
  std::atomic<uint64_t> arrived_ = 0;
};

}  // namespace axllama::store
