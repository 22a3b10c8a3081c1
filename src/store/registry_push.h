// Sends a model of the store to a registry (spec/ollama.md 5.4).
#pragma once

#include <memory>
#include <stop_token>

#include "base/result.h"
#include "store/registry_pull.h"

namespace axllama::store {

// Blobs that the registry lacks, mounted from where it has them or sent in parts, then the
// manifest. Tells Ollama's statuses from "retrieving manifest" to "success". kNotFound: no such
// model here.
Result<void> push_to_registry(const Store& store, const RegistryPlace& place,
                              const std::shared_ptr<RegistrySession>& session,
                              const TellProgress& tell, std::stop_token stop);

}  // namespace axllama::store
