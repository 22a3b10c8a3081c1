#include "store/prune.h"

#include <sys/stat.h>

#include <set>
#include <system_error>

#include "base/log.h"
#include "store/blobs.h"
#include "store/folder.h"
#include "store/linked_blob.h"
#include "store/places.h"

namespace axllama::store {
namespace {

namespace fs = std::filesystem;

struct Needed {
  std::set<std::string> blobs;    // file names
  std::set<std::string> folders;  // names below axllama/folders
};

Result<Needed> needed_by(const Store& store) {
  AX_TRY(const std::vector<Name> names, stored_names(store.root()));
  Needed needed;
  for (const Name& name : names) {
    AX_TRY(const Manifest manifest, read_manifest(store.root(), name));
    needed.blobs.insert(blob_file_name(manifest.config.digest));
    for (const Layer& layer : manifest.layers) needed.blobs.insert(blob_file_name(layer.digest));
    std::vector<FolderFile> files = folder_files(manifest);
    if (files.empty()) continue;
    needed.folders.insert(folder_path(store.root(), std::move(files)).filename().string());
  }
  return needed;
}

std::vector<fs::path> entries(const fs::path& folder) {
  std::vector<fs::path> found;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    found.push_back(entry->path());
  }
  return found;
}

// A link of ours: a blob that is one, or one that never became a blob.
bool is_own_link(const fs::path& path) {
  return is_linked_blob(path) || path.filename().string().starts_with("sha256-new-");
}

// Not touched for that long, and no link of somebody else's.
bool is_old(const fs::path& path, std::chrono::seconds age, bool folder, uint64_t& bytes) {
  struct stat state = {};
  if (::lstat(path.c_str(), &state) != 0) return false;
  if (S_ISLNK(state.st_mode) ? !is_own_link(path)
                             : (folder ? !S_ISDIR(state.st_mode) : !S_ISREG(state.st_mode))) {
    return false;
  }
  bytes = static_cast<uint64_t>(state.st_blocks) * 512;
  const auto now = std::chrono::system_clock::now();
  return now - std::chrono::system_clock::from_time_t(state.st_mtim.tv_sec) >= age;
}

void rename_old_blobs(const fs::path& folder) {
  for (const fs::path& path : entries(folder)) {
    const std::string name = path.filename().string();
    const auto digest = normal_digest(name);
    if (!digest || !name.starts_with("sha256:")) continue;
    std::error_code error;
    fs::rename(path, folder / blob_file_name(*digest), error);
    if (error) log_warn(path.string() + " could not be renamed: " + error.message());
  }
}

bool remove_whole(const fs::path& path) {
  std::error_code error;
  fs::remove_all(path, error);
  if (error) log_warn(path.string() + " could not be deleted: " + error.message());
  return !error;
}

// Deletes empty folders below `folder`.
void remove_empty(const fs::path& folder) {
  for (const fs::path& path : entries(folder)) {
    std::error_code error;
    if (!fs::is_directory(fs::symlink_status(path, error))) continue;
    remove_empty(path);
    fs::remove(path, error);  // not while something is in it
  }
}

}  // namespace

Result<Pruned> prune(const Store& store, std::chrono::seconds age) {
  std::error_code error;
  if (!fs::exists(store.root() / "blobs", error)) return Pruned{};
  AX_TRY(const StoreLock lock, StoreLock::take(store.root()));
  rename_old_blobs(store.root() / "blobs");
  AX_TRY(const Needed needed, needed_by(store));
  Pruned pruned;
  for (const fs::path& path : entries(store.root() / "blobs")) {
    uint64_t bytes = 0;
    if (needed.blobs.contains(path.filename().string()) || !is_old(path, age, false, bytes)) {
      continue;
    }
    if (!remove_whole(path)) continue;
    ++pruned.blobs;
    pruned.bytes += bytes;
  }
  for (const fs::path& path : entries(store.root() / "axllama" / "folders")) {
    uint64_t ignored = 0;
    if (needed.folders.contains(path.filename().string()) || !is_old(path, age, true, ignored)) {
      continue;
    }
    if (remove_whole(path)) ++pruned.folders;
  }
  for (const fs::path& note : entries(store.root() / "axllama" / "links")) {
    uint64_t ignored = 0;
    if (is_linked_blob(store.root() / "blobs" / note.filename())) continue;
    if (is_old(note, age, false, ignored)) remove_whole(note);
  }
  remove_empty(store.root() / "manifests");
  return pruned;
}

}  // namespace axllama::store
