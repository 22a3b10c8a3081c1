// Brings a model from a registry into the store (spec/ollama.md 5.4).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "base/result.h"
#include "store/registry_place.h"
#include "store/registry_session.h"
#include "store/store.h"
#include "store/transfer_shared.h"

namespace axllama::store {

// A line of progress: a status, and for a blob its digest and bytes.
struct TransferProgress {
  std::string status;
  std::string digest = {};
  uint64_t total = 0;
  uint64_t completed = 0;
  bool operator==(const TransferProgress&) const = default;
};
using TellProgress = std::function<void(const TransferProgress&)>;

// "pulling 8934d96d3f08", "pushing 8934d96d3f08".
std::string blob_status(std::string_view verb, std::string_view digest);

// A session with the host of a model. `key_file` signs for tokens.
std::shared_ptr<RegistrySession> registry_session(const RegistryPlace& place,
                                                  const TransferSettings& settings,
                                                  const std::filesystem::path& key_file);

// Blobs in the order of `sources`, a few of them at once, each told as it comes.
Result<void> pull_blobs(SharedDownloads& downloads, const std::vector<BlobSource>& sources,
                        const TellProgress& tell, std::stop_token stop);

// The whole way: manifest, blobs, and at last the manifest's file, byte for byte. Tells Ollama's
// statuses after "pulling manifest" up to "success". Errors carry Ollama's texts, e.g. "pull model
// manifest: file does not exist".
Result<void> pull_from_registry(Store& store, SharedDownloads& downloads,
                                const RegistryPlace& place,
                                const std::shared_ptr<RegistrySession>& session,
                                const TellProgress& tell, std::stop_token stop);

}  // namespace axllama::store
