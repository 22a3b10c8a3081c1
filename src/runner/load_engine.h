// Which engine a model is for.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/engine.h"

namespace axllama::runner {

// A folder is compiled for the NPU, a file is GGUF for the CPU. Errors of load_axcl_engine,
// open_library and load_llama_engine.
Result<std::unique_ptr<Engine>> load_engine(const LoadSpec& spec, const LoadProgress& progress);

// Where the card's runtime may be: what AXLLAMA_AXCL_LIBRARY says, else the usual places.
std::vector<std::string> card_library_places();

}  // namespace axllama::runner
