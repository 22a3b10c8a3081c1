// From a model folder and the cards to replicas that are ready: cards are opened and asked for
// their room, parts are placed, loaded and checked.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/axcl/axcl_engine.h"
#include "engine/axcl/embedding_table.h"
#include "engine/axcl/replica.h"

namespace axllama::npu {

struct LoadedReplicas {
  std::vector<std::unique_ptr<Replica>> replicas;  // at least one; each with its own slots
  std::vector<ShortcutVerdict> shortcuts;          // on where they are on everywhere
};

// `runtime`, `folder` and `embeddings` must outlive the result. `progress` is called on this
// thread. With cards named in `spec` each must do; else one that fails while others don't is told
// in the log and left out. Errors of load_axcl_engine.
Result<LoadedReplicas> load_replicas(const axcl::Runtime& runtime,
                                     const axmodel::ModelFolder& folder,
                                     const EmbeddingTable& embeddings, const AxclSpec& spec,
                                     const LoadProgress& progress);

}  // namespace axllama::npu
