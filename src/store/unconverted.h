// Weights in formats that llama.cpp's converter turns into GGUF, and nothing here does.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace axllama::store {

// Whether a file of this name holds such weights: "model-00001-of-00002.safetensors".
bool is_unconverted(std::string_view file_name);
// kUnsupported, with the ways there are. `file`: as its user knows it.
std::unexpected<Error> refuse_unconverted(const std::string& file);

}  // namespace axllama::store
