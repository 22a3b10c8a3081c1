#include "standin/pack/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/fd.h"

namespace axllama::pack {

Result<MappedFile> MappedFile::open(const std::filesystem::path& path) {
  const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file) return std::unexpected(errno_error("read", path));
  struct stat status = {};
  if (::fstat(file.get(), &status) != 0) return std::unexpected(errno_error("read", path));
  if (!S_ISREG(status.st_mode)) {
    return fail(ErrorCode::kInvalidArgument, "read " + path.string() + ": not a regular file");
  }
  MappedFile mapped;
  if (status.st_size == 0) return mapped;
  const auto size = static_cast<size_t>(status.st_size);
  void* start = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.get(), 0);
  if (start == MAP_FAILED) return std::unexpected(errno_error("map", path));
  mapped.bytes_ = {static_cast<const std::byte*>(start), size};
  return mapped;
}

MappedFile::~MappedFile() {
  if (!bytes_.empty()) ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
}

}  // namespace axllama::pack
