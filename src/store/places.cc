#include "store/places.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <span>
#include <system_error>

#include "base/digest.h"
#include "base/fd.h"
#include "base/log.h"
#include "store/blobs.h"
#include "store/folder.h"
#include "store/linked_blob.h"
#include "store/manifest.h"

namespace axllama::store {
namespace {

namespace fs = std::filesystem;

// A manifest of a model in thousands of tensor files takes about one megabyte.
constexpr size_t kMaxManifest = 16 << 20;

using Parts = std::array<std::string, 4>;  // host, namespace, model, tag

Parts parts_of(const Name& name) {
  return {name.host, name.space, name.model, name.tag};
}

Name name_of(const Parts& parts) {
  return {parts[0], parts[1], parts[2], parts[3]};
}

bool same_but_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) {
    return std::tolower(static_cast<unsigned char>(x)) ==
           std::tolower(static_cast<unsigned char>(y));
  });
}

// Notes a failure, unless it only says that there is nothing.
void note(const std::error_code& failed, std::string_view what, const fs::path& path,
          std::optional<Error>& error) {
  if (!failed || failed == std::errc::no_such_file_or_directory ||
      failed == std::errc::not_a_directory) {
    return;
  }
  errno = failed.value();
  error = errno_error(what, path);
}

// Names of what is in a folder, sorted; none when it is missing. Another failure goes to `error`.
std::vector<std::string> entries(const fs::path& folder, std::optional<Error>& error) {
  std::vector<std::string> names;
  std::error_code failed;
  for (fs::directory_iterator entry(folder, failed), end; !failed && entry != end;
       entry.increment(failed)) {
    names.push_back(entry->path().filename().string());
  }
  note(failed, "read the folder", folder, error);
  std::ranges::sort(names);
  return names;
}

std::vector<std::string> entries_like(const fs::path& folder, const std::string& name) {
  std::optional<Error> ignored;
  std::vector<std::string> like;
  for (std::string& entry : entries(folder, ignored)) {
    if (same_but_case(entry, name)) like.push_back(std::move(entry));
  }
  const auto exact = std::ranges::find(like, name);
  if (exact != like.end()) std::rotate(like.begin(), exact, exact + 1);
  return like;
}

// Rewrites `parts` to the spelling of a file below `folder`; false when there is none.
bool descend(const fs::path& folder, std::span<std::string> parts) {
  if (parts.empty()) {
    std::error_code error;
    return fs::is_regular_file(folder, error);
  }
  const std::string wanted = parts.front();
  for (const std::string& entry : entries_like(folder, wanted)) {
    parts.front() = entry;
    if (descend(folder / entry, parts.subspan(1))) return true;
  }
  parts.front() = wanted;
  return false;
}

// Adds the names of the files `levels` folders below `folder`, which is `place` below manifests/.
void collect(const fs::path& folder, const std::string& place, int levels, std::vector<Name>& names,
             std::optional<Error>& error) {
  for (const std::string& entry : entries(folder, error)) {
    if (levels > 1) {
      collect(folder / entry, place + entry + (levels == 2 ? ":" : "/"), levels - 1, names, error);
      continue;
    }
    const auto name = Name::parse(place + entry);
    if (!name || name->full_text() != place + entry) continue;
    std::error_code failed;
    if (fs::is_regular_file(folder / entry, failed)) names.push_back(*name);
    note(failed, "read", folder / entry, error);
  }
}

std::chrono::system_clock::time_point modified(const struct stat& state) {
  const auto since =
      std::chrono::seconds(state.st_mtim.tv_sec) + std::chrono::nanoseconds(state.st_mtim.tv_nsec);
  return std::chrono::system_clock::time_point(
      std::chrono::duration_cast<std::chrono::system_clock::duration>(since));
}

std::set<std::string> digests_of(const Manifest& manifest) {
  std::set<std::string> digests = {manifest.config.digest};
  for (const Layer& layer : manifest.layers) digests.insert(layer.digest);
  return digests;
}

// Digests that any manifest names.
Result<std::set<std::string>> needed_digests(const fs::path& root) {
  AX_TRY(const std::vector<Name> names, stored_names(root));
  std::set<std::string> needed;
  for (const Name& name : names) {
    AX_TRY(const Manifest manifest, read_manifest(root, name));
    needed.merge(digests_of(manifest));
  }
  return needed;
}

}  // namespace

fs::path manifest_path(const fs::path& root, const Name& name) {
  return root / "manifests" / name.host / name.space / name.model / name.tag;
}

Result<std::vector<Name>> stored_names(const fs::path& root) {
  std::vector<Name> names;
  std::optional<Error> error;
  collect(root / "manifests", "", 4, names, error);
  if (error) return std::unexpected(*std::move(error));
  return names;
}

std::optional<Name> stored_name(const fs::path& root, const Name& name) {
  Parts parts = parts_of(name);
  if (!descend(root / "manifests", parts)) return std::nullopt;
  return name_of(parts);
}

Name name_to_write(const fs::path& root, const Name& name) {
  if (const auto stored = stored_name(root, name)) return *stored;
  Parts parts = parts_of(name);
  fs::path folder = root / "manifests";
  for (std::string& part : parts) {
    const auto like = entries_like(folder, part);
    if (!like.empty()) part = like.front();
    folder /= part;
  }
  return name_of(parts);
}

Result<Manifest> read_manifest(const fs::path& root, const Name& name) {
  const fs::path path = manifest_path(root, name);
  AX_TRY(const std::string bytes, read_file(path, kMaxManifest));
  struct stat state = {};
  if (::stat(path.c_str(), &state) != 0) return std::unexpected(errno_error("read", path));
  auto manifest = parse_manifest(bytes);
  if (!manifest) {
    return fail(ErrorCode::kCorrupt,
                "model '" + name.short_text() + "': " + manifest.error().message + " (" +
                    path.string() + ")",
                "delete the model and pull or create it again");
  }
  manifest->name = name;
  manifest->path = path;
  manifest->digest = sha256_hex(bytes);
  manifest->modified = modified(state);
  return manifest;
}

Result<void> write_manifest(const fs::path& root, const Name& name, std::string_view bytes) {
  const fs::path path = manifest_path(root, name);
  AX_CHECK(write_file_atomically(path, bytes));
  return sync_folder(path.parent_path());
}

void remove_unneeded_blobs(const Store& store, const Manifest& manifest) {
  remove_unneeded_folder(store.root(), manifest);
  const auto needed = needed_digests(store.root());
  if (!needed) {
    log_warn("blobs are kept, because what is needed is not known: " + needed.error().text());
    return;
  }
  for (const std::string& digest : digests_of(manifest)) {
    if (needed->contains(digest)) continue;
    std::error_code error;
    fs::remove(store.blob_path(digest), error);
    std::error_code ignored;
    fs::remove(link_note(store.blob_path(digest)), ignored);
    if (error) log_warn("blob " + digest + " could not be deleted: " + error.message());
  }
}

}  // namespace axllama::store
