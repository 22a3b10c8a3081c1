#include "store/blobs.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdlib>
#include <system_error>

namespace axllama::store {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kAlgorithm = "sha256";
constexpr size_t kHexDigits = 64;

Result<void> make_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (!error) return {};
  errno = error.value();
  return std::unexpected(errno_error("create", folder));
}

}  // namespace

std::optional<std::string> normal_digest(std::string_view digest) {
  if (digest.size() != kAlgorithm.size() + 1 + kHexDigits) return std::nullopt;
  const char separator = digest[kAlgorithm.size()];
  if (!digest.starts_with(kAlgorithm) || (separator != ':' && separator != '-')) {
    return std::nullopt;
  }
  std::string normal = "sha256:";
  for (const char c : digest.substr(normal.size())) {
    const auto letter = static_cast<unsigned char>(c);
    if (std::isxdigit(letter) == 0) return std::nullopt;
    normal += static_cast<char>(std::tolower(letter));
  }
  return normal;
}

std::string blob_file_name(std::string_view digest) {
  std::string name(digest);
  std::ranges::replace(name, ':', '-');
  return name;
}

Result<void> sync_folder(const fs::path& folder) {
  const Fd opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened) return std::unexpected(errno_error("open", folder));
  // Some network file systems have no fsync of folders; there is nothing to do about it.
  if (::fsync(opened.get()) != 0 && errno != EINVAL) {
    return std::unexpected(errno_error("flush", folder));
  }
  return {};
}

void touch_blob(const fs::path& blob) {
  struct stat found = {};
  if (::lstat(blob.c_str(), &found) != 0 || found.st_nlink != 1) return;
  ::utimensat(AT_FDCWD, blob.c_str(), nullptr, AT_SYMLINK_NOFOLLOW);
}

Result<NewBlob> NewBlob::create(const fs::path& folder) {
  AX_CHECK(make_folder(folder));
  std::string path = (folder / "sha256-new-XXXXXX").string();
  Fd file(::mkostemp(path.data(), O_CLOEXEC));
  if (!file) return std::unexpected(errno_error("create a file in", folder));
  return NewBlob(std::move(file), path);
}

NewBlob& NewBlob::operator=(NewBlob&& other) noexcept {
  std::swap(file_, other.file_);
  std::swap(path_, other.path_);
  return *this;
}

NewBlob::~NewBlob() {
  if (!path_.empty()) ::unlink(path_.c_str());
}

Result<void> NewBlob::write(std::string_view bytes) {
  return write_all(file_.get(), bytes, path_);
}

Result<void> NewBlob::commit(std::string_view digest) {
  const fs::path folder = path_.parent_path();
  const fs::path blob = folder / blob_file_name(digest);
  if (::fchmod(file_.get(), 0644) != 0 || ::fsync(file_.get()) != 0) {
    return std::unexpected(errno_error("flush", path_));
  }
  if (::rename(path_.c_str(), blob.c_str()) != 0) {
    return std::unexpected(errno_error("create", blob));
  }
  path_.clear();
  return sync_folder(folder);
}

Result<StoreLock> StoreLock::take(const fs::path& root) {
  // The lock is on the folder itself: no extra file that another program would stumble over.
  const fs::path folder = root / "manifests";
  AX_CHECK(make_folder(folder));
  Fd opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened) return std::unexpected(errno_error("open", folder));
  while (::flock(opened.get(), LOCK_EX) != 0) {
    if (errno != EINTR) return std::unexpected(errno_error("lock", folder));
  }
  return StoreLock(std::move(opened));
}

}  // namespace axllama::store
