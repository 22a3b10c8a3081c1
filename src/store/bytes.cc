#include "store/bytes.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>

namespace axllama::store {
namespace {

namespace fs = std::filesystem;

static_assert(std::endian::native == std::endian::little, "numbers are taken as they lie in files");

constexpr uint64_t kWindow = 64 << 10;

std::unexpected<Error> past_the_end(uint64_t position, uint64_t count, uint64_t size) {
  return fail(ErrorCode::kCorrupt, "the file has " + std::to_string(size) + " bytes, but " +
                                       std::to_string(count) + " are wanted from byte " +
                                       std::to_string(position) + " on");
}

}  // namespace

Result<ByteSource> ByteSource::open(const fs::path& path) {
  Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat state = {};
  if (!file || ::fstat(file.get(), &state) != 0) return std::unexpected(errno_error("read", path));
  if (!S_ISREG(state.st_mode)) return fail(ErrorCode::kIo, path.string() + " is not a file");
  return ByteSource(std::move(file), path, static_cast<uint64_t>(state.st_size));
}

Result<void> ByteSource::read(uint64_t offset, std::span<char> into) const {
  if (offset > size_ || into.size() > size_ - offset) {
    return past_the_end(offset, into.size(), size_);
  }
  if (!file_) {
    std::ranges::copy(memory_.substr(offset, into.size()), into.begin());
    return {};
  }
  while (!into.empty()) {
    const ssize_t got = ::pread(file_.get(), into.data(), into.size(), static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::unexpected(errno_error("read", path_));
    if (got == 0) return past_the_end(offset, into.size(), offset);
    offset += static_cast<uint64_t>(got);
    into = into.subspan(static_cast<size_t>(got));
  }
  return {};
}

Result<void> ByteCursor::skip(uint64_t count) {
  if (count > remaining()) return past_the_end(position_, count, source_.size());
  position_ += count;
  return {};
}

Result<std::string> ByteCursor::text(uint64_t count) {
  if (count > remaining()) return past_the_end(position_, count, source_.size());
  std::string bytes(count, '\0');
  if (count <= kWindow) {
    AX_CHECK(take(bytes));
    return bytes;
  }
  AX_CHECK(source_.read(position_, bytes));
  position_ += count;
  return bytes;
}

Result<void> ByteCursor::take(std::span<char> into) {
  if (into.size() > remaining()) return past_the_end(position_, into.size(), source_.size());
  const bool inside =
      position_ >= window_at_ && position_ + into.size() <= window_at_ + window_.size();
  if (!inside) AX_CHECK(fill_window());
  std::ranges::copy(std::string_view(window_).substr(position_ - window_at_, into.size()),
                    into.begin());
  position_ += into.size();
  return {};
}

Result<void> ByteCursor::fill_window() {
  window_.resize(std::min(kWindow, remaining()));
  window_at_ = position_;
  return source_.read(position_, window_);
}

}  // namespace axllama::store
