#include "store/export_folder.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <system_error>

#include "store/blobs.h"

namespace axllama::store {
namespace {

namespace fs = std::filesystem;

constexpr const char* kPrefix = ".axllama-export-";

std::unexpected<Error> cannot(const char* verb, const fs::path& path, std::error_code error) {
  errno = error.value();
  return std::unexpected(errno_error(verb, path));
}

Fd open_folder(const fs::path& folder) {
  return Fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

// Those in `folder` that nobody holds any more.
void remove_left(const fs::path& folder) {
  std::error_code error, ignored;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    if (!entry->path().filename().string().starts_with(kPrefix)) continue;
    const Fd opened = open_folder(entry->path());
    if (opened && ::flock(opened.get(), LOCK_EX | LOCK_NB) == 0) {
      fs::remove_all(entry->path(), ignored);
    }
  }
}

// Whether the folder is there; kConflict when it must not be used.
Result<bool> check_target(const fs::path& target, bool replace) {
  std::error_code error;
  const fs::file_status status = fs::status(target, error);
  if (status.type() == fs::file_type::not_found) return false;
  if (error) return cannot("read", target, error);
  if (!fs::is_directory(status)) {
    return fail(ErrorCode::kConflict, target.string() + " is there and is no folder");
  }
  remove_left(target);
  const bool empty = fs::is_empty(target, error);
  if (error) return cannot("read", target, error);
  if (empty || replace) return true;
  return fail(ErrorCode::kConflict, target.string() + " is not empty",
              "--force replaces the files in it that have the names of the model's");
}

Result<void> make_parents(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return cannot("create", folder, error);
  return {};
}

}  // namespace

Result<ExportFolder> ExportFolder::create(const fs::path& target, bool replace) {
  std::error_code error;
  fs::path whole = fs::absolute(target, error).lexically_normal();
  if (error) return cannot("find", target, error);
  if (!whole.has_filename()) whole = whole.parent_path();  // "folder/"
  AX_TRY(const bool there, check_target(whole, replace));
  ExportFolder folder(std::move(whole), there);
  AX_CHECK(folder.make());
  return folder;
}

Result<void> ExportFolder::make() {
  const fs::path parent = inside_ ? target_ : target_.parent_path();
  AX_CHECK(make_parents(parent));
  remove_left(parent);
  std::string path = (parent / (std::string(kPrefix) + "XXXXXX")).string();
  if (::mkdtemp(path.data()) == nullptr) {
    return std::unexpected(errno_error("create a folder in", parent));
  }
  path_ = path;
  lock_ = open_folder(path_);
  if (!lock_ || ::flock(lock_.get(), LOCK_EX | LOCK_NB) != 0) {
    return std::unexpected(errno_error("lock", path_));
  }
  return {};
}

ExportFolder::~ExportFolder() {
  std::error_code ignored;
  if (lock_) fs::remove_all(path_, ignored);
}

Result<void> ExportFolder::move_file(const std::string& name) const {
  const fs::path to = target_ / name;
  AX_CHECK(make_parents(to.parent_path()));
  std::error_code error;
  fs::rename(path_ / name, to, error);
  if (error) return cannot("replace", to, error);
  return {};
}

Result<void> ExportFolder::publish(const std::vector<std::string>& names) {
  AX_CHECK(sync_folder(path_));
  if (inside_) {
    for (const std::string& name : names) AX_CHECK(move_file(name));
    return sync_folder(target_);
  }
  const mode_t mask = ::umask(0);
  ::umask(mask);
  if (::chmod(path_.c_str(), 0777 & ~mask) != 0 ||
      ::renameat2(AT_FDCWD, path_.c_str(), AT_FDCWD, target_.c_str(), RENAME_NOREPLACE) != 0) {
    return std::unexpected(errno_error("create", target_));
  }
  lock_.reset();
  return sync_folder(target_.parent_path());
}

}  // namespace axllama::store
