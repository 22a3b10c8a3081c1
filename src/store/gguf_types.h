// What the numbers in a GGUF file mean: types of tensors and kinds of files.
#pragma once

#include <cstdint>

namespace axllama::store {

// How a tensor's elements are stored: blocks of `block` elements, each of `bytes` bytes.
struct TensorType {
  uint32_t number;
  const char* name;  // "Q8_0"
  uint64_t block;
  uint64_t bytes;
};

// nullptr for a number that llama.cpp at our version doesn't load.
const TensorType* find_tensor_type(uint32_t number);

// Name of a general.file_type: "Q4_K_M"; "unknown" for a number that nobody gave a name.
const char* file_type_name(uint64_t number);

}  // namespace axllama::store
