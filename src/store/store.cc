#include "store/store.h"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <system_error>

#include "base/env.h"
#include "base/fd.h"
#include "base/log.h"
#include "store/blobs.h"
#include "store/linked_blob.h"
#include "store/places.h"

namespace axllama::store {
namespace {

namespace fs = std::filesystem;

fs::path home() {
  const std::string from_env = env_get("HOME");
  if (!from_env.empty()) return from_env;
  const passwd* user = ::getpwuid(::getuid());
  return user == nullptr ? "/" : user->pw_dir;
}

std::unexpected<Error> not_found(const std::string& quoted) {
  return fail(ErrorCode::kNotFound, "model " + quoted + " not found", "pull or create it first");
}

// Looks for a model. A folder that can't be read is another error than a model that isn't there.
Result<Name> locate(const fs::path& root, const Name& name) {
  if (const auto stored = stored_name(root, name)) return *stored;
  AX_CHECK(stored_names(root));
  return not_found("'" + name.short_text() + "'");
}

// Takes away the folders that a deleted manifest leaves empty.
void remove_empty_folders(const fs::path& root, const Name& name) {
  fs::path folder = manifest_path(root, name).parent_path();
  std::error_code error;
  while (folder != root / "manifests" && fs::remove(folder, error) && !error) {
    folder = folder.parent_path();
  }
}

}  // namespace

uint64_t Manifest::size() const {
  uint64_t sum = config.size;
  for (const Layer& layer : layers) sum += layer.size;
  return sum;
}

fs::path Store::default_root() {
  const std::string from_env = env_get("OLLAMA_MODELS");
  return from_env.empty() ? home() / ".ollama" / "models" : fs::path(from_env);
}

fs::path Store::blob_path(std::string_view digest) const {
  const auto normal = normal_digest(digest);
  return normal ? root_ / "blobs" / blob_file_name(*normal) : fs::path();
}

bool Store::has_blob(std::string_view digest) const {
  std::error_code error;
  const fs::path path = blob_path(digest);
  return fs::is_regular_file(path, error) && check_linked_blob(path).has_value();
}

Result<std::vector<Manifest>> Store::list() const {
  AX_TRY(const std::vector<Name> names, stored_names(root_));
  std::vector<Manifest> manifests;
  for (const Name& name : names) {
    auto manifest = read_manifest(root_, name);
    if (manifest) {
      manifests.push_back(*std::move(manifest));
    } else {
      log_warn("left out of the list: " + manifest.error().text());
    }
  }
  std::ranges::stable_sort(manifests, std::ranges::greater{}, &Manifest::modified);
  return manifests;
}

Result<Manifest> Store::find(const Name& name) const {
  AX_TRY(const Name stored, locate(root_, name));
  return read_manifest(root_, stored);
}

Result<void> Store::copy(const Name& from, const Name& to) {
  AX_TRY(const StoreLock lock, StoreLock::take(root_));
  const auto source = stored_name(root_, from);
  if (!source) return not_found("\"" + from.short_text() + "\"");
  AX_TRY(const Manifest manifest, read_manifest(root_, *source));
  AX_TRY(const std::string bytes, read_file(manifest.path));
  const Name target = name_to_write(root_, to);
  const auto replaced = read_manifest(root_, target);
  AX_CHECK(write_manifest(root_, target, bytes));
  if (replaced) remove_unneeded_blobs(*this, *replaced);
  return {};
}

Result<void> Store::remove(const Name& name) {
  AX_TRY(const StoreLock lock, StoreLock::take(root_));
  AX_TRY(const Name stored, locate(root_, name));
  const auto manifest = read_manifest(root_, stored);
  const fs::path path = manifest_path(root_, stored);
  if (::unlink(path.c_str()) != 0) return std::unexpected(errno_error("delete", path));
  AX_CHECK(sync_folder(path.parent_path()));
  remove_empty_folders(root_, stored);
  if (manifest) remove_unneeded_blobs(*this, *manifest);
  return {};
}

}  // namespace axllama::store
