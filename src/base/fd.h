// An owned file descriptor, and the few file operations everything needs.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace axllama {

class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Fd();

  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  void reset() { *this = Fd(); }
  // Gives the descriptor up to the caller.
  int release() { return std::exchange(fd_, -1); }

 private:
  int fd_ = -1;
};

// "<what> <path>: <strerror(errno)>" as an Error: kNotFound for ENOENT, else kIo.
Error errno_error(std::string_view what, const std::filesystem::path& path);

// All of it, to where the file stands; `path`: for errors.
Result<void> write_all(int fd, std::string_view content, const std::filesystem::path& path);
// Whole content of a file; kTooLarge when it is longer than `limit` bytes.
Result<std::string> read_file(const std::filesystem::path& path, size_t limit = 64 << 20);
// Writes through a temporary file (".tmp-<hex>") in the same folder, fsync and rename: the file is
// old or new, never half. Keeps the mode of a file it replaces. Makes the folder when it is
// missing.
Result<void> write_file_atomically(const std::filesystem::path& path, std::string_view content);

}  // namespace axllama
