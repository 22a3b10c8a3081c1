// A model from whatever host its name means.
#pragma once

#include <memory>
#include <stop_token>
#include <string>

#include "base/result.h"
#include "store/registry_pull.h"

namespace axllama::serve {

// What is pulled, and the name that it gets here.
struct PullOrder {
  store::RegistryPlace place;
  store::Name as;          // place.name, unless the catalogue says otherwise
  std::string build = {};  // folder within a repository of compiled models; empty: its choice
};

// "qwen3:4b-npu is the build for the NPU, from hf.co/AXERA-TECH/Qwen3-4B"
std::string npu_build_notice(const PullOrder& order);

// From a registry; from the Hugging Face hub, a repository of models compiled for the NPU becomes
// what `create` makes of such a folder, and any other comes by the hub's own registry. Tells
// Ollama's statuses. Blocks; any thread but the loop's.
Result<void> pull_model(store::Store& store, store::SharedDownloads& downloads,
                        const PullOrder& order,
                        const std::shared_ptr<store::RegistrySession>& session,
                        const store::TellProgress& tell, std::stop_token stop);

}  // namespace axllama::serve
