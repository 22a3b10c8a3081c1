#include "base/fd.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <random>
#include <system_error>

namespace axllama {
namespace {

namespace fs = std::filesystem;

Error system_error(std::string_view what, const fs::path& path, int number) {
  Error error;
  error.code = number == ENOENT ? ErrorCode::kNotFound : ErrorCode::kIo;
  error.message =
      fmt::format("{} {}: {}", what, path.string(), std::generic_category().message(number));
  if (number == ENOSPC || number == EDQUOT) error.hint = "make room on the disk and try again";
  if (number == EACCES || number == EPERM) error.hint = "check who owns it and its permissions";
  return error;
}

// A name in the target's folder that nobody else uses.
fs::path temporary_beside(const fs::path& path) {
  std::random_device random;
  const uint64_t number = uint64_t{random()} << 32 | random();
  return path.parent_path() / fmt::format(".tmp-{:016x}", number);
}

// A private file must stay private when it is replaced.
Result<void> keep_mode(int fd, const fs::path& path) {
  struct stat old = {};
  if (::stat(path.c_str(), &old) != 0) return {};
  if (::fchmod(fd, old.st_mode & 07777) != 0) {
    return std::unexpected(errno_error("set the mode of", path));
  }
  return {};
}

Result<void> write_temporary(const fs::path& temporary, const fs::path& path,
                             std::string_view content) {
  const Fd file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (!file) return std::unexpected(errno_error("create", temporary));
  AX_CHECK(keep_mode(file.get(), path));
  AX_CHECK(write_all(file.get(), content, path));
  if (::fsync(file.get()) != 0) return std::unexpected(errno_error("flush", path));
  return {};
}

Result<void> write_and_rename(const fs::path& temporary, const fs::path& path,
                              std::string_view content) {
  AX_CHECK(write_temporary(temporary, path, content));
  if (::rename(temporary.c_str(), path.c_str()) != 0) {
    return std::unexpected(errno_error("replace", path));
  }
  return {};
}

}  // namespace

Result<void> write_all(int fd, std::string_view content, const fs::path& path) {
  while (!content.empty()) {
    const ssize_t written = ::write(fd, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return std::unexpected(errno_error("write", path));
    content.remove_prefix(static_cast<size_t>(written));
  }
  return {};
}

Fd::~Fd() {
  if (fd_ >= 0) ::close(fd_);
}

Error errno_error(std::string_view what, const fs::path& path) {
  return system_error(what, path, errno);
}

Result<std::string> read_file(const fs::path& path, size_t limit) {
  const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return std::unexpected(errno_error("read", path));
  constexpr size_t kPiece = 64 << 10;
  std::string content;
  while (true) {
    // One byte more than allowed tells a file that fits from one that doesn't.
    const size_t used = content.size();
    content.resize(used + std::min(kPiece - 1, limit - used) + 1);
    const ssize_t got = ::read(file.get(), content.data() + used, content.size() - used);
    if (got < 0 && errno != EINTR) return std::unexpected(errno_error("read", path));
    content.resize(used + static_cast<size_t>(std::max<ssize_t>(got, 0)));
    if (got == 0) return content;
    if (content.size() > limit) {
      return fail(ErrorCode::kTooLarge,
                  fmt::format("read {}: longer than {} bytes", path.string(), limit));
    }
  }
}

Result<void> write_file_atomically(const fs::path& path, std::string_view content) {
  std::error_code error;
  if (path.has_parent_path()) fs::create_directories(path.parent_path(), error);
  if (error) return std::unexpected(system_error("create", path.parent_path(), error.value()));
  const fs::path temporary = temporary_beside(path);
  auto done = write_and_rename(temporary, path, content);
  if (!done) ::unlink(temporary.c_str());
  return done;
}

}  // namespace axllama
