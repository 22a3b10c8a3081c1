// A .safetensors file: a JSON header that names tensors, and their bytes.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "standin/pack/source.h"

namespace axllama::pack {

struct NamedTensor {
  std::string name;
  SourceTensor tensor;
};

// The tensors of `file`, which must outlive them. kCorrupt when the header is broken or a tensor
// lies outside the file; kUnsupported for types other than F32, F16 and BF16 and for more than two
// dims.
Result<std::vector<NamedTensor>> parse_safetensors(std::span<const std::byte> file);

// The .safetensors files of a folder: those that model.safetensors.index.json names, or else
// model.safetensors, or else every one there is. kNotFound when there is none.
Result<std::vector<std::filesystem::path>> safetensors_files(const std::filesystem::path& folder);

}  // namespace axllama::pack
