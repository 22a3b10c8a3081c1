// GGUF files that are not what they should be, for tests.
#pragma once

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>

namespace axllama::test_kit {

// The path of a temporary file that is deleted with this.
class ScratchFile {
 public:
  ScratchFile() {
    static int count = 0;
    path_ = std::filesystem::temp_directory_path() /
            ("axllama-" + std::to_string(::getpid()) + "-" + std::to_string(++count) + ".gguf");
  }
  ~ScratchFile() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;

  const std::filesystem::path& path() const { return path_; }
  const std::filesystem::path& hold(const std::string& bytes) const {
    std::ofstream(path_, std::ios::binary | std::ios::trunc) << bytes;
    return path_;
  }

 private:
  std::filesystem::path path_;
};

inline std::string bytes_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// `bytes` with one bit of the first `header` bytes turned over, chosen by `random`.
inline std::string with_a_wrong_bit(std::string bytes, size_t header, std::mt19937& random) {
  const size_t place = random() % header;
  bytes[place] = static_cast<char>(bytes[place] ^ (1 << (random() % 8)));
  return bytes;
}

// Bytes of Sprout's header that are neither tokens nor merges: its numbers and names.
constexpr size_t kSproutScalars = 890;

}  // namespace axllama::test_kit
