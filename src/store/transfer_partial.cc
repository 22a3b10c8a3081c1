// The partial file of one blob on disk.
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "store/blobs.h"
#include "store/transfer_parts.h"

namespace axllama::store {
namespace {

namespace fs = std::filesystem;

constexpr size_t kLongestNote = 4096;
constexpr uint64_t kPage = 4096;

Error write_error(const fs::path& path) {
  const int number = errno;
  Error error = errno_error("write", path);
  if (number == ENOSPC || number == EDQUOT) {
    error.hint = "make room on the disk, then pull again: what is there already is kept";
  }
  return error;
}

Result<void> write_at(int file, const fs::path& path, uint64_t offset, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(file, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return std::unexpected(write_error(path));
    offset += static_cast<uint64_t>(written);
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return {};
}

// Whether the path still leads to the file: another may have finished it before we got the lock.
bool is_at(int file, const fs::path& path) {
  struct stat opened = {}, there = {};
  return ::fstat(file, &opened) == 0 && ::stat(path.c_str(), &there) == 0 &&
         opened.st_dev == there.st_dev && opened.st_ino == there.st_ino;
}

}  // namespace

Result<std::optional<PartialBlob>> PartialBlob::open(const fs::path& blob) {
  std::error_code error;
  fs::create_directories(blob.parent_path(), error);
  if (error) {
    errno = error.value();
    return std::unexpected(errno_error("create", blob.parent_path()));
  }
  fs::path path = blob;
  path += "-partial";
  for (;;) {
    Fd file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
    if (!file) return std::unexpected(errno_error("open", path));
    if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
      if (errno == EWOULDBLOCK) return std::optional<PartialBlob>();
      if (errno != EINTR) return std::unexpected(errno_error("lock", path));
      continue;
    }
    if (is_at(file.get(), path)) {
      return std::optional(PartialBlob(std::move(file), blob, std::move(path)));
    }
  }
}

bool PartialBlob::is_left(const fs::path& blob) {
  const std::string prefix = blob.filename().string() + "-partial";
  std::error_code error;
  for (fs::directory_iterator entry(blob.parent_path(), error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->path().filename().string().starts_with(prefix)) return true;
  }
  return false;
}

fs::path PartialBlob::note_path(uint64_t number) const {
  fs::path path = path_;
  path += "-" + std::to_string(number);
  return path;
}

std::vector<fs::path> PartialBlob::notes() const {
  const std::string prefix = path_.filename().string() + "-";
  std::vector<fs::path> found;
  std::error_code error;
  for (fs::directory_iterator entry(path_.parent_path(), error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->path().filename().string().starts_with(prefix)) found.push_back(entry->path());
  }
  return found;
}

void PartialBlob::delete_notes() const {
  for (const fs::path& note : notes()) ::unlink(note.c_str());
}

Result<std::vector<Part>> PartialBlob::resume(uint64_t size) {
  struct stat state = {};
  if (::fstat(file_.get(), &state) != 0) return std::unexpected(errno_error("read", path_));
  std::vector<Part> parts;
  for (const fs::path& note : notes()) {
    const auto text = read_file(note, kLongestNote);
    const auto part = text ? parse_part(*text) : std::nullopt;
    if (part) parts.push_back(*part);
  }
  std::ranges::sort(parts, {}, &Part::number);
  const bool usable = static_cast<uint64_t>(state.st_size) == size && parts_cover(parts, size);
  return usable ? parts : std::vector<Part>();
}

Result<void> PartialBlob::begin(const std::vector<Part>& parts, uint64_t size) {
  delete_notes();
  // To nothing first: then no byte of an earlier attempt is in it.
  if (::ftruncate(file_.get(), 0) != 0 || ::ftruncate(file_.get(), static_cast<off_t>(size)) != 0) {
    return std::unexpected(write_error(path_));
  }
  for (const Part& part : parts) AX_CHECK(note(part));
  return {};
}

Result<void> PartialBlob::write(uint64_t offset, std::string_view bytes) {
  return write_at(file_.get(), path_, offset, bytes);
}

Result<size_t> PartialBlob::read(uint64_t offset, char* into, size_t room) const {
  for (;;) {
    const ssize_t got = ::pread(file_.get(), into, room, static_cast<off_t>(offset));
    if (got >= 0) return static_cast<size_t>(got);
    if (errno != EINTR) return std::unexpected(errno_error("read", path_));
  }
}

void PartialBlob::start_flush(uint64_t from, uint64_t to) const {
  // Whole pages: the rest of one that goes out now would have to go out again.
  from = from / kPage * kPage;
  to = to / kPage * kPage;
  // A length of 0 would mean: to the end of the file.
  if (from == to) return;
  // Where this is not known, commit does it all.
  ::sync_file_range(file_.get(), static_cast<off_t>(from), static_cast<off_t>(to - from),
                    SYNC_FILE_RANGE_WRITE);
}

Result<void> PartialBlob::note(const Part& part) {
  const fs::path path = note_path(part.number);
  const Fd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
  if (!file) return std::unexpected(write_error(path));
  const std::string text = part_text(part);
  AX_CHECK(write_at(file.get(), path, 0, text));
  // One that Ollama wrote may have been longer.
  if (::ftruncate(file.get(), static_cast<off_t>(text.size())) != 0) {
    return std::unexpected(write_error(path));
  }
  return {};
}

Result<void> PartialBlob::commit() {
  if (::fchmod(file_.get(), 0644) != 0 || ::fsync(file_.get()) != 0) {
    return std::unexpected(write_error(path_));
  }
  if (::rename(path_.c_str(), blob_.c_str()) != 0) {
    return std::unexpected(errno_error("create", blob_));
  }
  AX_CHECK(sync_folder(blob_.parent_path()));
  delete_notes();
  return {};
}

void PartialBlob::discard() {
  delete_notes();
  ::unlink(path_.c_str());
}

}  // namespace axllama::store
