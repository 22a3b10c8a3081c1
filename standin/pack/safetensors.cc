#include "standin/pack/safetensors.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>
#include <set>

#include "base/fd.h"
#include "standin/pack/element_types.h"

namespace axllama::pack {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

Result<ggml_type> element_type(const std::string& tensor, const std::string& type) {
  if (type == "F32") return GGML_TYPE_F32;
  if (type == "F16") return GGML_TYPE_F16;
  if (type == "BF16") return GGML_TYPE_BF16;
  return fail(ErrorCode::kUnsupported,
              fmt::format("tensor {} is of type {}; F32, F16 and BF16 can be read", tensor, type),
              "give the unquantised model");
}

bool well_formed(const Json& entry) {
  if (!entry.is_object() || !entry.contains("dtype") || !entry["dtype"].is_string()) return false;
  for (const char* list : {"shape", "data_offsets"}) {
    if (!entry.contains(list) || !entry[list].is_array()) return false;
    for (const Json& number : entry[list]) {
      if (!number.is_number_unsigned()) return false;
    }
  }
  return entry["data_offsets"].size() == 2;
}

Result<SourceTensor> read_entry(const std::string& name, const Json& entry,
                                std::span<const std::byte> data) {
  if (!well_formed(entry)) {
    return fail(ErrorCode::kCorrupt, fmt::format("the header's entry for {} is broken", name));
  }
  const auto shape = entry["shape"].get<std::vector<int64_t>>();
  if (shape.empty() || shape.size() > 2) {
    return fail(ErrorCode::kUnsupported, fmt::format("tensor {} has {} dims", name, shape.size()));
  }
  AX_TRY(const ggml_type type, element_type(name, entry["dtype"].get<std::string>()));
  const auto offsets = entry["data_offsets"].get<std::vector<uint64_t>>();
  const bool inside = offsets[0] <= offsets[1] && offsets[1] <= data.size();
  const auto bytes = inside ? data.subspan(offsets[0], offsets[1] - offsets[0]) : data.first(0);
  return source_tensor(name, type, shape.size() == 2 ? shape[0] : 1, shape.back(), bytes.data(),
                       bytes.size());
}

Result<std::vector<fs::path>> indexed_files(const fs::path& index) {
  AX_TRY(const std::string text, read_file(index));
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object() || !json.contains("weight_map") || !json["weight_map"].is_object()) {
    return fail(ErrorCode::kCorrupt, index.string() + ": no weight_map in it");
  }
  std::set<std::string> names;
  for (const auto& [tensor, file] : json["weight_map"].items()) {
    if (!file.is_string() || file.get<std::string>().find('/') != std::string::npos) {
      return fail(ErrorCode::kCorrupt, fmt::format("{}: bad file for {}", index.string(), tensor));
    }
    names.insert(file.get<std::string>());
  }
  std::vector<fs::path> files;
  for (const std::string& name : names) files.push_back(index.parent_path() / name);
  return files;
}

}  // namespace

Result<std::vector<NamedTensor>> parse_safetensors(std::span<const std::byte> file) {
  uint64_t length = 0;
  if (file.size() >= sizeof(length)) std::memcpy(&length, file.data(), sizeof(length));
  if (length < 2 || length > file.size() - sizeof(length)) {
    return fail(ErrorCode::kCorrupt, "not a safetensors file, or cut short");
  }
  const auto* text = reinterpret_cast<const char*>(file.data()) + sizeof(length);
  const Json header = Json::parse(text, text + length, nullptr, false);
  if (!header.is_object()) return fail(ErrorCode::kCorrupt, "the header is no JSON object");
  const auto data = file.subspan(sizeof(length) + length);
  std::vector<NamedTensor> tensors;
  for (const auto& [name, entry] : header.items()) {
    if (name == "__metadata__") continue;
    AX_TRY(SourceTensor tensor, read_entry(name, entry, data));
    tensors.push_back({name, std::move(tensor)});
  }
  return tensors;
}

Result<std::vector<fs::path>> safetensors_files(const fs::path& folder) {
  std::error_code error;
  const fs::path index = folder / "model.safetensors.index.json";
  if (fs::exists(index, error)) return indexed_files(index);
  const fs::path single = folder / "model.safetensors";
  if (fs::exists(single, error)) return std::vector{single};
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (entry.path().extension() == ".safetensors") files.push_back(entry.path());
  }
  if (files.empty()) {
    return fail(ErrorCode::kNotFound, folder.string() + ": no .safetensors file in it");
  }
  std::ranges::sort(files);
  return files;
}

}  // namespace axllama::pack
