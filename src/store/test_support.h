// What the tests of this room share: a folder that goes away, and GGUF files made to measure.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "store/store.h"
#include "test_places.h"

namespace axllama::store {

inline const std::filesystem::path kSprout = source_path("/models/sprout/sprout-q8_0.gguf");

class TempDir {
 public:
  explicit TempDir(const std::filesystem::path& parent = std::filesystem::temp_directory_path()) {
    std::string path = (parent / "axllama-store-XXXXXX").string();
    path_ = ::mkdtemp(path.data());
  }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  ~TempDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

inline void write_text(const std::filesystem::path& path, std::string_view text) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

inline std::string read_text(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline std::vector<std::string> file_names(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    names.push_back(entry.path().filename().string());
  }
  return names;
}

// Puts bytes into a store's blobs without asking the store. Returns the digest.
inline std::string plant_blob(const std::filesystem::path& root, std::string_view bytes) {
  const std::string hex = sha256_hex(bytes);
  write_text(root / "blobs" / ("sha256-" + hex), bytes);
  return "sha256:" + hex;
}

// Bytes of a GGUF file, piece by piece.
class GgufBytes {
 public:
  template <class T>
  GgufBytes& number(T value) {
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof(T));
    return *this;
  }
  GgufBytes& text(std::string_view text) {
    number<uint64_t>(text.size());
    bytes_ += text;
    return *this;
  }
  GgufBytes& header(uint64_t tensors, uint64_t values, uint32_t version = 3) {
    bytes_ += "GGUF";
    return number(version).number(tensors).number(values);
  }
  template <class T>
  GgufBytes& value(std::string_view key, uint32_t type, T value) {
    return text(key).number(type).number(value);
  }
  GgufBytes& string_value(std::string_view key, std::string_view value) {
    return text(key).number<uint32_t>(8).text(value);
  }
  GgufBytes& array(std::string_view key, uint32_t type, uint64_t count) {
    return text(key).number<uint32_t>(9).number(type).number(count);
  }
  GgufBytes& tensor(std::string_view name, const std::vector<uint64_t>& shape, uint32_t type,
                    uint64_t offset) {
    text(name).number(static_cast<uint32_t>(shape.size()));
    for (const uint64_t length : shape) number(length);
    return number(type).number(offset);
  }
  // Fills up to the alignment and appends zeros as tensor data.
  GgufBytes& data(size_t size) {
    bytes_.resize((bytes_.size() + 31) / 32 * 32 + size);
    return *this;
  }
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

// A small whole model: one tensor of 32 x 2 elements in F32.
inline std::string tiny_gguf(std::string_view chat_template = "",
                             std::string_view extra_key = "tiny.extra") {
  GgufBytes gguf;
  gguf.header(1, 6)
      .string_value("general.architecture", "tiny")
      .value<uint32_t>("general.file_type", 4, 0)
      .value<uint32_t>("tiny.context_length", 4, 512)
      .value<uint32_t>("tiny.embedding_length", 4, 32)
      .value<uint32_t>(extra_key, 4, 1)
      .string_value("tokenizer.chat_template", chat_template)
      .tensor("token_embd.weight", {32, 2}, 0, 0)
      .data(256);
  return gguf.bytes();
}

}  // namespace axllama::store
