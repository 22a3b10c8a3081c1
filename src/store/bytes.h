// Bytes of a file or of memory, read at any place or one after another. Nothing is mapped: a file
// that another process cuts short gives an error here, not a SIGBUS.
#pragma once

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/fd.h"
#include "base/result.h"

namespace axllama::store {

class ByteSource {
 public:
  // kNotFound or kIo.
  static Result<ByteSource> open(const std::filesystem::path& path);
  // The bytes must outlive the source.
  explicit ByteSource(std::string_view bytes) : memory_(bytes), size_(bytes.size()) {}

  uint64_t size() const { return size_; }
  // Fills `into` with the bytes from `offset` on. kCorrupt when they don't reach that far.
  Result<void> read(uint64_t offset, std::span<char> into) const;

 private:
  ByteSource(Fd file, std::filesystem::path path, uint64_t size)
      : file_(std::move(file)), path_(std::move(path)), size_(size) {}
  Fd file_;  // empty: memory_ is read
  std::filesystem::path path_;
  std::string_view memory_;
  uint64_t size_ = 0;
};

// Goes through a source from the front. Each step is checked against the end of the source; nothing
// is allocated for bytes that are not there. All errors are kCorrupt, or kIo from the file.
class ByteCursor {
 public:
  // `source` must outlive the cursor.
  explicit ByteCursor(const ByteSource& source, uint64_t position = 0)
      : source_(source), position_(position) {}

  uint64_t position() const { return position_; }
  uint64_t remaining() const { return source_.size() - position_; }
  Result<void> skip(uint64_t count);
  // The next `count` bytes.
  Result<std::string> text(uint64_t count);
  // A little-endian number.
  template <class T>
    requires std::is_arithmetic_v<T>
  Result<T> number() {
    T value;
    AX_CHECK(take({reinterpret_cast<char*>(&value), sizeof(T)}));
    return value;
  }

 private:
  // At most a window's bytes.
  Result<void> take(std::span<char> into);
  Result<void> fill_window();

  const ByteSource& source_;
  uint64_t position_ = 0;
  std::string window_;  // bytes of the source from window_at_ on
  uint64_t window_at_ = 0;
};

}  // namespace axllama::store
