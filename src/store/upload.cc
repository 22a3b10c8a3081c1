#include "store/upload.h"

namespace axllama::store {

Result<Store::Upload> Store::Upload::start(const Store& store, std::string_view digest) {
  auto normal = normal_digest(digest);
  if (!normal) return fail(ErrorCode::kInvalidArgument, "invalid digest format");
  AX_TRY(NewBlob blob, NewBlob::create(store.root() / "blobs"));
  return Upload(std::move(blob), *std::move(normal));
}

Result<void> Store::Upload::write(std::string_view bytes) {
  hash_.update(bytes);
  return blob_.write(bytes);
}

Result<void> Store::Upload::commit() {
  const std::string got = "sha256:" + hash_.hex();
  if (got != digest_) {
    return fail(ErrorCode::kInvalidArgument,
                "digest mismatch, expected \"" + digest_ + "\", got \"" + got + "\"");
  }
  return blob_.commit(digest_);
}

}  // namespace axllama::store
