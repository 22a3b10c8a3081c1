// A blob on its way from a client into the store.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "http/server.h"
#include "serve/side_work.h"
#include "store/upload.h"

namespace axllama::serve {

// Hashes and writes beside the loop. Loop's thread only.
class BlobSink final : public BodySink {
 public:
  // `digest`: as the client wrote it. One that can't be is told by finish(). A blob that the store
  // has is read and dropped, for clients that look at the answer only when they have sent all.
  BlobSink(SideWork& side, const store::Store& store, std::string_view digest);

  void put(std::string_view bytes) override;
  Task<bool> settle() override;

  // Once all has come: whether the blob is new. Errors as Store::Upload's.
  Task<Result<bool>> finish();

 private:
  Task<bool> write_pending();

  SideWork& side_;
  std::shared_ptr<store::Store::Upload> upload_;  // the threads' too; null: the store has the blob
  std::string pending_;
  std::optional<Error> error_;
};

}  // namespace axllama::serve
