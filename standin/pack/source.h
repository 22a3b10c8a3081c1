// A model as it comes: its sizes, its weights by canonical name, its tokenizer; the same whether it
// was read from a GGUF or from a Hugging Face folder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "axmodel/folder.h"
#include "base/mapped_file.h"
#include "base/result.h"
#include "standin/pack/hyperparameters.h"
#include "standin/pack/tokenizer.h"

namespace axllama::pack {

// Canonical names of what is no layer's.
inline constexpr std::string_view kEmbedding = "embedding";
inline constexpr std::string_view kFinalNorm = "final_norm";
inline constexpr std::string_view kOutput = "output";  // absent: the embedding serves
// "layer.3.q"; `part` as in LayerSpec: attn_norm, q, k, v, o, q_bias, k_bias, v_bias, q_norm,
// k_norm, ffn_norm, gate, up, down.
std::string layer_tensor(int layer, std::string_view part);

// Turns `count` elements at `from` into floats.
using ToFloat = void (*)(const void* from, float* to, int64_t count);

struct SourceTensor {
  std::string origin;  // its name in the file, for messages
  int64_t rows = 0;    // 1 for vectors
  int64_t columns = 0;
  const std::byte* data = nullptr;  // within one of the source's files, `row_bytes` a row
  uint64_t row_bytes = 0;
  ToFloat to_float = nullptr;
};

struct Source {
  std::string name;  // what the model calls itself, or its file or folder; may hold blanks
  Hyperparameters sizes;
  std::map<std::string, SourceTensor, std::less<>> tensors;  // by canonical name
  std::vector<MappedFile> files;                             // what `tensors` point into
  Tokenizer tokenizer;                                       // empty when the source has none
  std::optional<axmodel::EmbeddingPooling> pooling;          // of an embedding model

  const SourceTensor* find(std::string_view canonical) const;
};

// Rows [first, first + rows.size() / columns) of `tensor`, as floats. `rows` holds whole rows.
void read_rows(const SourceTensor& tensor, int64_t first, std::span<float> rows);

// A GGUF file, or a folder with config.json and *.safetensors. Everything the families need is
// there and has the right shape, or an error names what has not. kUnsupported for architectures
// and features that a packed layer can't express.
Result<Source> open_source(const std::filesystem::path& path);
Result<Source> open_gguf(const std::filesystem::path& file);
Result<Source> open_safetensors(const std::filesystem::path& folder);

// What open_source checks of `tensors` against `sizes`.
Result<void> check_tensors(const Source& source);

}  // namespace axllama::pack
