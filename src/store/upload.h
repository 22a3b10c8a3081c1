// A blob that arrives piece by piece, from a client or from a download.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/digest.h"
#include "store/blobs.h"
#include "store/store.h"

namespace axllama::store {

// What was received goes with the object unless it is committed. One thread at a time; several
// uploads of one blob may run side by side, in one process or in several.
class Store::Upload {
 public:
  // `digest`: what the bytes must have, "sha256:<hex>" or "sha256-<hex>". kInvalidArgument
  // "invalid digest format".
  static Result<Upload> start(const Store& store, std::string_view digest);

  Result<void> write(std::string_view bytes);
  // Makes it a blob. kInvalidArgument `digest mismatch, expected "...", got "..."`, and nothing is
  // kept. Call once.
  Result<void> commit();

 private:
  Upload(NewBlob blob, std::string digest) : blob_(std::move(blob)), digest_(std::move(digest)) {}
  NewBlob blob_;
  std::string digest_;
  Sha256 hash_;
};

}  // namespace axllama::store
