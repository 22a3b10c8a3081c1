#include "base/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/fd.h"

namespace axllama {

Result<MappedFile> MappedFile::open(const std::filesystem::path& path) {
  // A named pipe would block without O_NONBLOCK.
  const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat state = {};
  if (!file || ::fstat(file.get(), &state) != 0) return std::unexpected(errno_error("read", path));
  if (!S_ISREG(state.st_mode)) return fail(ErrorCode::kIo, path.string() + " is not a file");
  const auto size = static_cast<size_t>(state.st_size);
  if (size == 0) return MappedFile();  // mmap refuses an empty range
  void* const start = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file.get(), 0);
  if (start == MAP_FAILED) return std::unexpected(errno_error("map", path));
  return MappedFile({static_cast<const std::byte*>(start), size});
}

MappedFile::~MappedFile() {
  if (bytes_.empty()) return;
  ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
}

}  // namespace axllama
