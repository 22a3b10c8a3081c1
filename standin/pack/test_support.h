// Files for the tests of this folder.
#pragma once

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "test_places.h"

namespace axllama::pack {

// A folder that goes with this object.
struct Scratch {
  Scratch() {
    static int count = 0;
    path = std::filesystem::temp_directory_path() /
           ("axllama-pack-" + std::to_string(::getpid()) + "-" + std::to_string(++count));
    std::filesystem::create_directories(path);
  }
  ~Scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  std::filesystem::path path;
};

inline void put(const std::filesystem::path& path, const std::string& content) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
}

inline std::string get(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline std::filesystem::path sprout_gguf() {
  return source_path("/models/sprout/sprout-f16.gguf");
}
inline std::filesystem::path sprout_hf() {
  return source_path("/models/sprout/hf");
}

}  // namespace axllama::pack
