// Clears away what no model needs, as Ollama does when it starts (spec/ollama.md 5.2).
#pragma once

#include <chrono>

#include "base/result.h"
#include "store/store.h"

namespace axllama::store {

struct Pruned {
  size_t blobs = 0, folders = 0;  // deleted
  uint64_t bytes = 0;             // of the blobs, as they lie on disk
};

// Blobs that Ollama once named "sha256:..." get today's name. Then, if every manifest can be read:
// blobs that none names, unfinished downloads and whatever else lies among the blobs are deleted
// when they have not been written for `age`; so are folders of links that no manifest needs, notes
// on links that are gone, and empty folders of manifests. Of a link only the link itself goes, and
// only one that the store made. kCorrupt, and nothing is deleted, when a manifest can't be read;
// kIo.
Result<Pruned> prune(const Store& store, std::chrono::seconds age = std::chrono::hours(1));

}  // namespace axllama::store
