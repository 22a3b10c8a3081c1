// A LoRA adapter: small matrices that are added to a model's weights while it computes.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

struct llama_adapter_lora;
struct llama_model;

namespace axllama {

struct Adapter {
  llama_adapter_lora* lora = nullptr;  // ends with the model; null: none
  uint64_t bytes = 0;
};

// From a GGUF file. kNotFound; kCorrupt, with libllama's reason, when it is none or not for this
// model; kUnsupported for one that only some tokens of the prompt switch on.
Result<Adapter> load_adapter(llama_model* model, const std::string& path);

}  // namespace axllama
