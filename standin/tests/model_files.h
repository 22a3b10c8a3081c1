// The files of a packed model, found by their names alone, and rows of its embedding table.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace axllama::standin {

struct ModelFiles {
  std::vector<std::string> layers;  // first layer first
  std::string head;
  std::string embeddings;  // [vocabulary, hidden] bf16
};

// Looks in all folders below. Throws std::runtime_error when a file is missing.
ModelFiles find_model_files(const std::filesystem::path& folder);

// [tokens, hidden] bf16.
std::vector<uint16_t> embeddings_of(const ModelFiles& files, std::span<const int32_t> tokens,
                                    size_t hidden);

}  // namespace axllama::standin
