#include "axmodel/new_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

namespace axllama::axmodel {

Result<NewFile> NewFile::create(const std::filesystem::path& path, uint64_t bytes) {
  std::string temporary = path.string() + ".tmp-XXXXXX";
  Fd descriptor(::mkostemp(temporary.data(), O_CLOEXEC));
  if (!descriptor) return std::unexpected(errno_error("create", path));
  NewFile file(std::move(descriptor), path, temporary);
  if (::ftruncate(file.file_.get(), static_cast<off_t>(bytes)) != 0) {
    return std::unexpected(errno_error("write", path));
  }
  return file;
}

NewFile::~NewFile() {
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

Result<void> NewFile::write_at(uint64_t offset, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written =
        ::pwrite(file_.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return std::unexpected(errno_error("write", path_));
    offset += static_cast<uint64_t>(written);
    bytes = bytes.subspan(static_cast<size_t>(written));
  }
  return {};
}

Result<void> NewFile::commit() {
  if (::fchmod(file_.get(), 0644) != 0 || ::fsync(file_.get()) != 0) {
    return std::unexpected(errno_error("flush", path_));
  }
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) {
    return std::unexpected(errno_error("create", path_));
  }
  temporary_.clear();
  return {};
}

}  // namespace axllama::axmodel
