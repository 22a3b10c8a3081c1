#include "store/source_file.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <random>
#include <string_view>
#include <vector>

#include "base/digest.h"

namespace axllama::store {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kPiece = 1 << 20;

Result<void> shrunk(const SourceFile& source) {
  return fail(ErrorCode::kConflict, source.path.string() + " became shorter while it was copied",
              "try again when nothing writes to it");
}

std::unexpected<Error> canceled() {
  return fail(ErrorCode::kCanceled, "interrupted");
}

Result<uint64_t> copy_in_kernel(const SourceFile& source, int to, const fs::path& to_path,
                                const FileProgress& progress, const std::stop_token& stop) {
  constexpr uint64_t kKernelPiece = 64 << 20;
  uint64_t copied = 0;
  while (copied < source.size()) {
    if (stop.stop_requested()) return canceled();
    const uint64_t piece = std::min(kKernelPiece, source.size() - copied);
    const ssize_t got = ::copy_file_range(source.file.get(), nullptr, to, nullptr, piece, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && (errno == ENOSPC || errno == EDQUOT || errno == EIO)) {
      return std::unexpected(errno_error("copy " + source.path.string() + " to", to_path));
    }
    // Not between these file systems, or not on this kernel.
    if (got <= 0) break;
    copied += static_cast<uint64_t>(got);
    if (progress) progress(copied);
  }
  return copied;
}

// Reads and writes what is left; both files stand at `copied`.
Result<void> copy_by_hand(const SourceFile& source, int to, const fs::path& to_path,
                          uint64_t copied, const FileProgress& progress,
                          const std::stop_token& stop) {
  std::vector<char> piece(kPiece);
  while (copied < source.size()) {
    if (stop.stop_requested()) return canceled();
    const uint64_t wanted = std::min<uint64_t>(piece.size(), source.size() - copied);
    const ssize_t got = ::read(source.file.get(), piece.data(), wanted);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::unexpected(errno_error("read", source.path));
    if (got == 0) return shrunk(source);
    AX_CHECK(write_all(to, {piece.data(), static_cast<size_t>(got)}, to_path));
    copied += static_cast<uint64_t>(got);
    if (progress) progress(copied);
  }
  return {};
}

}  // namespace

Result<SourceFile> open_source(const fs::path& path) {
  SourceFile source;
  source.path = path;
  // Not blocking: a pipe that nobody writes would hold us for ever.
  source.file = Fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!source.file || ::fstat(source.file.get(), &source.state) != 0) {
    return std::unexpected(errno_error("read", path));
  }
  if (!S_ISREG(source.state.st_mode)) {
    return fail(ErrorCode::kInvalidArgument, path.string() + " is not a file");
  }
  return source;
}

Result<void> check_unchanged(const SourceFile& source) {
  struct stat now = {};
  if (::stat(source.path.c_str(), &now) != 0) {
    return std::unexpected(errno_error("read", source.path));
  }
  const struct stat& then = source.state;
  if (now.st_dev == then.st_dev && now.st_ino == then.st_ino && now.st_size == then.st_size &&
      now.st_mtim.tv_sec == then.st_mtim.tv_sec && now.st_mtim.tv_nsec == then.st_mtim.tv_nsec) {
    return {};
  }
  return fail(ErrorCode::kConflict, source.path.string() + " was changed while it was read",
              "try again when nothing writes to it");
}

Result<std::string> hash_source(const SourceFile& source, const FileProgress& progress) {
  std::vector<char> piece(kPiece);
  Sha256 sum;
  uint64_t done = 0;
  while (done < source.size()) {
    const uint64_t wanted = std::min<uint64_t>(piece.size(), source.size() - done);
    const ssize_t got = ::pread(source.file.get(), piece.data(), wanted, static_cast<off_t>(done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::unexpected(errno_error("read", source.path));
    if (got == 0) break;
    sum.update(std::string_view(piece.data(), static_cast<size_t>(got)));
    done += static_cast<uint64_t>(got);
    if (progress) progress(done);
  }
  AX_CHECK(check_unchanged(source));
  return "sha256:" + sum.hex();
}

bool hard_link(const SourceFile& source, const fs::path& name) {
  if ((source.state.st_mode & S_IWOTH) != 0) return false;
  const std::string opened = "/proc/self/fd/" + std::to_string(source.file.get());
  const fs::path made = new_blob_name(name.parent_path());
  if (::linkat(AT_FDCWD, opened.c_str(), AT_FDCWD, made.c_str(), AT_SYMLINK_FOLLOW) != 0) {
    return false;
  }
  const bool done = ::rename(made.c_str(), name.c_str()) == 0;
  ::unlink(made.c_str());  // still there when both were names of one file
  return done;
}

bool clone_content(const SourceFile& source, int to) {
  return ::ioctl(to, FICLONE, source.file.get()) == 0;
}

Result<void> copy_content(const SourceFile& source, int to, const fs::path& to_path,
                          const FileProgress& progress, const std::stop_token& stop) {
  AX_TRY(const uint64_t copied, copy_in_kernel(source, to, to_path, progress, stop));
  return copy_by_hand(source, to, to_path, copied, progress, stop);
}

fs::path new_blob_name(const fs::path& folder) {
  std::random_device random;
  return folder / ("sha256-new-" + std::to_string(uint64_t{random()} << 32 | random()));
}

}  // namespace axllama::store
