#include <stdlib.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <system_error>
#include <utility>

#include "base/fd.h"
#include "store/blobs.h"
#include "store/folder.h"
#include "store/manifest.h"

namespace axllama::store {
namespace {

namespace fs = std::filesystem;

constexpr auto kFoldersDepth = 3;  // axllama/folders/<key>

// Relative, so that the store may be moved.
fs::path link_target(const FolderFile& file) {
  const fs::path above = fs::path(file.name).parent_path();
  fs::path target;
  for (auto up = kFoldersDepth + std::distance(above.begin(), above.end()); up > 0; --up) {
    target /= "..";
  }
  return target / "blobs" / blob_file_name(file.digest);
}

bool is_whole(const fs::path& folder, const std::vector<FolderFile>& files) {
  return std::ranges::all_of(files, [&](const FolderFile& file) {
    std::error_code error;
    return fs::read_symlink(folder / file.name, error) == link_target(file) && !error;
  });
}

std::unexpected<Error> cannot(const char* verb, const fs::path& path, std::error_code error) {
  errno = error.value();
  return std::unexpected(errno_error(verb, path));
}

Result<void> add_links(const fs::path& folder, const std::vector<FolderFile>& files) {
  for (const FolderFile& file : files) {
    const fs::path link = folder / file.name;
    std::error_code error;
    fs::create_directories(link.parent_path(), error);
    if (!error) fs::create_symlink(link_target(file), link, error);
    if (error) return cannot("create", link, error);
  }
  return {};
}

// A folder under a name of its own, which goes unless it was renamed.
class NewFolder {
 public:
  static Result<NewFolder> create(const fs::path& parent) {
    std::error_code error;
    fs::create_directories(parent, error);
    if (error) return cannot("create", parent, error);
    std::string path = (parent / "new-XXXXXX").string();
    if (::mkdtemp(path.data()) == nullptr) {
      return std::unexpected(errno_error("create a folder in", parent));
    }
    fs::permissions(path, fs::perms(0755), error);
    return NewFolder(path);
  }
  explicit NewFolder(fs::path path) : path_(std::move(path)) {}
  NewFolder(NewFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  ~NewFolder() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  const fs::path& path() const { return path_; }
  std::error_code rename_to(const fs::path& name) {
    std::error_code error;
    fs::rename(path_, name, error);
    if (!error) path_.clear();
    return error;
  }

 private:
  fs::path path_;
};

}  // namespace

Result<fs::path> Store::link_folder(const std::vector<FolderFile>& files) const {
  AX_CHECK(check_folder_names(files));
  const fs::path folder = folder_path(root_, files);
  if (is_whole(folder, files)) return folder;
  AX_TRY(NewFolder made, NewFolder::create(folder.parent_path()));
  AX_CHECK(add_links(made.path(), files));
  std::error_code error;
  fs::remove_all(folder, error);  // what some accident left of it
  error = made.rename_to(folder);
  // Another process may have been quicker; its links are the same.
  if (error && !is_whole(folder, files)) return cannot("create", folder, error);
  return folder;
}

void Store::drop_folder(const std::vector<FolderFile>& files) const {
  Manifest manifest;
  for (const FolderFile& file : files) {
    manifest.layers.push_back(
        {.media_type = media::kFile, .digest = file.digest, .name = file.name});
  }
  remove_unneeded_folder(root_, manifest);
}

}  // namespace axllama::store
