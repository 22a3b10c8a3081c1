// A file's bytes, mapped for reading: pages come from the disk when they are first touched.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <utility>

#include "base/result.h"

namespace axllama {

// Move-only; the bytes stay where they are when it moves. Reading is safe from any thread. A
// process that reads past the end of a file that somebody cut short after open() gets SIGBUS, so
// map only files that nobody writes to.
class MappedFile {
 public:
  MappedFile() = default;
  // kNotFound or kIo, with the path. An empty file gives no bytes.
  static Result<MappedFile> open(const std::filesystem::path& path);

  MappedFile(MappedFile&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}
  MappedFile& operator=(MappedFile&& other) noexcept {
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  ~MappedFile();

  std::span<const std::byte> bytes() const { return bytes_; }

 private:
  explicit MappedFile(std::span<const std::byte> bytes) : bytes_(bytes) {}
  std::span<const std::byte> bytes_;
};

}  // namespace axllama
