// A file that gets its name only when it is whole.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <utility>

#include "base/fd.h"
#include "base/result.h"

namespace axllama::axmodel {

// Goes with this object unless it is committed.
class NewFile {
 public:
  // A file beside `path`, `bytes` long, all of it a hole. kNotFound or kIo.
  static Result<NewFile> create(const std::filesystem::path& path, uint64_t bytes);
  NewFile(NewFile&& other) noexcept
      : file_(std::move(other.file_)),
        path_(std::move(other.path_)),
        temporary_(std::exchange(other.temporary_, {})) {}
  NewFile& operator=(NewFile&&) = delete;
  ~NewFile();

  // Where it is until commit().
  const std::filesystem::path& temporary_path() const { return temporary_; }
  Result<void> write_at(uint64_t offset, std::span<const std::byte> bytes);
  // Flushes it and gives it its name, in place of an older file.
  Result<void> commit();

 private:
  NewFile(Fd file, std::filesystem::path path, std::filesystem::path temporary)
      : file_(std::move(file)), path_(std::move(path)), temporary_(std::move(temporary)) {}
  Fd file_;
  std::filesystem::path path_;
  std::filesystem::path temporary_;  // empty: committed or moved away
};

}  // namespace axllama::axmodel
