// A model from whatever host its name means.
#pragma once

#include <memory>
#include <stop_token>

#include "base/result.h"
#include "store/registry_pull.h"

namespace axllama::serve {

// From a registry; from the Hugging Face hub, a repository of models compiled for the NPU becomes
// what `create` makes of such a folder, and any other comes by the hub's own registry. Tells
// Ollama's statuses. Blocks; any thread but the loop's.
Result<void> pull_model(store::Store& store, store::SharedDownloads& downloads,
                        const store::RegistryPlace& place,
                        const std::shared_ptr<store::RegistrySession>& session,
                        const store::TellProgress& tell, std::stop_token stop);

}  // namespace axllama::serve
