#include "standin/tests/model_files.h"

#include <fstream>
#include <map>
#include <stdexcept>

namespace axllama::standin {
namespace {

// "qwen3_p128_l17_together.axmodel" -> 17
int layer_number(const std::string& name) {
  const size_t end = name.find("_together.axmodel");
  const size_t begin = name.rfind("_l", end);
  return std::stoi(name.substr(begin + 2, end - begin - 2));
}

}  // namespace

ModelFiles find_model_files(const std::filesystem::path& folder) {
  ModelFiles files;
  std::map<int, std::string> layers;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (name.ends_with("_together.axmodel")) layers[layer_number(name)] = entry.path().string();
    if (name.ends_with("_post.axmodel")) files.head = entry.path().string();
    if (name.ends_with(".bfloat16.bin")) files.embeddings = entry.path().string();
  }
  for (auto& [number, path] : layers) files.layers.push_back(path);
  if (files.layers.empty() || files.head.empty() || files.embeddings.empty()) {
    throw std::runtime_error(folder.string() + ": not a model folder");
  }
  return files;
}

std::vector<uint16_t> embeddings_of(const ModelFiles& files, std::span<const int32_t> tokens,
                                    size_t hidden) {
  std::ifstream table(files.embeddings, std::ios::binary);
  std::vector<uint16_t> rows(tokens.size() * hidden);
  for (size_t i = 0; i < tokens.size(); ++i) {
    table.seekg(static_cast<std::streamoff>(static_cast<size_t>(tokens[i]) * hidden * 2));
    table.read(reinterpret_cast<char*>(rows.data() + i * hidden),
               static_cast<std::streamsize>(hidden * 2));
  }
  if (!table) throw std::runtime_error(files.embeddings + ": a row is missing");
  return rows;
}

}  // namespace axllama::standin
