// Which engine a model is for.
#pragma once

#include <memory>

#include "engine/engine.h"

namespace axllama::runner {

// A folder is compiled for the NPU, a file is GGUF for the CPU. Errors of load_axcl_engine,
// open_library and load_llama_engine.
Result<std::unique_ptr<Engine>> load_engine(const LoadSpec& spec, const LoadProgress& progress);

}  // namespace axllama::runner
