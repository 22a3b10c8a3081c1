// The engine for machines without a card: GGUF models on the CPU, through libllama.
#pragma once

#include <memory>

#include "base/result.h"
#include "engine/engine.h"

namespace axllama {

// kNotFound when there is no such file; kCorrupt when it is no GGUF model that libllama can read,
// with the library's reason; kUnsupported for kinds of model that an Engine has no word for;
// kInvalidArgument for numbers that can't be; kNoMemory; kCanceled when `progress` said so;
// kUnavailable when ggml has no CPU backend here. A context beyond the trained one is cut to it.
Result<std::unique_ptr<Engine>> load_llama_engine(const LoadSpec& spec,
                                                  const LoadProgress& progress = {});

}  // namespace axllama
