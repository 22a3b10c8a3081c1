#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <vector>

#include "base/digest.h"
#include "store/blobs.h"
#include "store/store.h"

namespace axllama::store {
namespace {

namespace fs = std::filesystem;
using Progress = std::function<void(uint64_t)>;

struct Source {
  fs::path path;
  Fd file;
  struct stat state = {};
  uint64_t size() const { return static_cast<uint64_t>(state.st_size); }
};

Result<Source> open_source(const fs::path& path) {
  Source source;
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

// The path still leads to the file that was opened, and nobody has written to it.
Result<void> check_unchanged(const Source& source) {
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

// Digest of just the bytes there were when the file was opened: one that grows would have no end.
Result<std::string> hash(const Source& source, const Progress& progress) {
  std::vector<char> piece(1 << 20);
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

// A second name for the file itself; false when that can't be or would not be safe.
bool hard_link(const Source& source, const fs::path& blob) {
  if ((source.state.st_mode & S_IWOTH) != 0) return false;
  const std::string opened = "/proc/self/fd/" + std::to_string(source.file.get());
  const int done = ::linkat(AT_FDCWD, opened.c_str(), AT_FDCWD, blob.c_str(), AT_SYMLINK_FOLLOW);
  return done == 0;
}

Result<void> shrunk(const Source& source) {
  return fail(ErrorCode::kConflict, source.path.string() + " became shorter while it was copied",
              "try again when nothing writes to it");
}

// Copies inside the kernel as far as it goes, and returns the bytes copied.
Result<uint64_t> copy_in_kernel(const Source& source, const NewBlob& blob,
                                const Progress& progress) {
  constexpr uint64_t kPiece = 64 << 20;
  uint64_t copied = 0;
  while (copied < source.size()) {
    const uint64_t piece = std::min(kPiece, source.size() - copied);
    const ssize_t got = ::copy_file_range(source.file.get(), nullptr, blob.fd(), nullptr, piece, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && (errno == ENOSPC || errno == EDQUOT || errno == EIO)) {
      return std::unexpected(errno_error("copy", source.path));
    }
    // Not between these file systems, or not on this kernel.
    if (got <= 0) break;
    copied += static_cast<uint64_t>(got);
    if (progress) progress(source.size() + copied);
  }
  return copied;
}

// Reads and writes what is left; both files stand at `copied`.
Result<void> copy_by_hand(const Source& source, NewBlob& blob, uint64_t copied,
                          const Progress& progress) {
  std::vector<char> piece(1 << 20);
  while (copied < source.size()) {
    const uint64_t wanted = std::min<uint64_t>(piece.size(), source.size() - copied);
    const ssize_t got = ::read(source.file.get(), piece.data(), wanted);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::unexpected(errno_error("read", source.path));
    if (got == 0) return shrunk(source);
    AX_CHECK(blob.write(std::string_view(piece.data(), static_cast<size_t>(got))));
    copied += static_cast<uint64_t>(got);
    if (progress) progress(source.size() + copied);
  }
  return {};
}

Result<void> copy_content(const Source& source, NewBlob& blob, const Progress& progress) {
  AX_TRY(const uint64_t copied, copy_in_kernel(source, blob, progress));
  return copy_by_hand(source, blob, copied, progress);
}

// Whether the blob is there and whole; one of another size is what is left of some accident.
bool have(const fs::path& blob, uint64_t size) {
  std::error_code error;
  const uint64_t found = fs::file_size(blob, error);
  if (error || found != size) return false;
  touch_blob(blob);
  return true;
}

}  // namespace

Result<std::string> Store::import_file(const fs::path& file, const Progress& progress) {
  AX_TRY(const Source source, open_source(file));
  AX_TRY(std::string digest, hash(source, progress));
  if (have(blob_path(digest), source.size())) return digest;
  AX_TRY(NewBlob blob, NewBlob::create(root_ / "blobs"));
  if (::ioctl(blob.fd(), FICLONE, source.file.get()) != 0) {
    if (hard_link(source, blob_path(digest))) {
      AX_CHECK(sync_folder(root_ / "blobs"));
      return digest;
    }
    AX_CHECK(copy_content(source, blob, progress));
  }
  AX_CHECK(check_unchanged(source));
  AX_CHECK(blob.commit(digest));
  return digest;
}

Result<std::string> Store::import_bytes(std::string_view bytes) {
  std::string digest = "sha256:" + sha256_hex(bytes);
  if (have(blob_path(digest), bytes.size())) return digest;
  AX_TRY(NewBlob blob, NewBlob::create(root_ / "blobs"));
  AX_CHECK(blob.write(bytes));
  AX_CHECK(blob.commit(digest));
  return digest;
}

}  // namespace axllama::store
