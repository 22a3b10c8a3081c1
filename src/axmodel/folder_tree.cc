#include "axmodel/folder_tree.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <set>

namespace axllama::axmodel {
namespace {

namespace fs = std::filesystem;

constexpr int kDeepest = 3;
constexpr size_t kMostFolders = 512;
constexpr size_t kMostEntries = 65'536;

// Without "." and slashes at the end.
fs::path tidy(const std::string& path) {
  const fs::path normal = fs::path(path).lexically_normal();
  return normal.has_filename() || !normal.has_relative_path() ? normal : normal.parent_path();
}

Result<FolderListing> list(const fs::path& path, size_t& entries) {
  FolderListing listing;
  listing.path = path.string();
  std::error_code error;
  for (fs::directory_iterator entry(path, error), end; !error && entry != end;
       entry.increment(error)) {
    if (++entries > kMostEntries) break;
    const std::string name = entry->path().filename().string();
    std::error_code ignored;  // a link that leads nowhere is neither
    if (entry->is_regular_file(ignored)) listing.files.push_back(name);
    if (entry->is_directory(ignored) && !name.starts_with('.')) listing.folders.push_back(name);
  }
  if (error) return fail(ErrorCode::kIo, "can't read " + listing.path + ": " + error.message());
  std::ranges::sort(listing.files);
  std::ranges::sort(listing.folders);
  return listing;
}

Result<void> check_folder(const fs::path& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (!fs::exists(status) && (!error || error == std::errc::no_such_file_or_directory ||
                              error == std::errc::not_a_directory)) {
    return fail(ErrorCode::kNotFound, "there is no folder " + path.string());
  }
  if (error) return fail(ErrorCode::kIo, "can't read " + path.string() + ": " + error.message());
  if (!fs::is_directory(status)) {
    return fail(ErrorCode::kNotFound, path.string() + " is not a folder");
  }
  if (!names_other_chip(fs::weakly_canonical(path, error).filename().string())) return {};
  return fail(ErrorCode::kUnsupported, path.string() + " is for another chip by its name",
              "take the package for the AX650");
}

std::unexpected<Error> too_large(const fs::path& path) {
  return fail(ErrorCode::kUnsupported,
              path.string() + " holds more files or folders than a model folder does",
              "name the model's own folder");
}

struct Waiting {
  fs::path path;
  int depth = 0;
};

// The folders in `listing` that are to be looked into.
void queue_folders(const FolderListing& listing, int depth, std::set<fs::path>& seen,
                   std::vector<Waiting>& waiting, std::vector<std::string>& other_chips) {
  for (const std::string& name : listing.folders) {
    const fs::path path = fs::path(listing.path) / name;
    std::error_code error;
    if (names_other_chip(name)) {
      other_chips.push_back(path.string());
    } else if (seen.insert(fs::canonical(path, error)).second && !error) {
      waiting.push_back({path, depth + 1});
    }
  }
}

}  // namespace

bool FolderListing::has(std::string_view file) const {
  return std::ranges::binary_search(files, file, {},
                                    [](const auto& name) { return std::string_view(name); });
}

std::vector<const FolderListing*> FolderTree::around(std::string_view path) const {
  std::vector<const FolderListing*> found;
  for (fs::path at = path;; at = at.parent_path()) {
    const auto listing = std::ranges::find(folders, at.string(), &FolderListing::path);
    if (listing == folders.end()) return found;
    found.push_back(&*listing);
    if (listing == folders.begin()) return found;
  }
}

bool names_other_chip(std::string_view folder_name) {
  std::string name(folder_name);
  std::ranges::transform(name, name.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (name.find("ax650") != std::string::npos) return false;
  return std::ranges::any_of(
      std::initializer_list<const char*>{"ax620", "ax630", "ax637"},
      [&](const char* chip) { return name.find(chip) != std::string::npos; });
}

Result<FolderTree> list_folders(const std::string& path) {
  const fs::path root = tidy(path);
  AX_CHECK(check_folder(root));
  FolderTree tree;
  std::error_code error;
  std::set<fs::path> seen = {fs::canonical(root, error)};
  std::vector<Waiting> waiting = {{root, 0}};
  size_t entries = 0;
  for (size_t next = 0; next < waiting.size(); ++next) {
    const Waiting at = waiting[next];
    auto listing = list(at.path, entries);
    if (!listing && at.depth == 0) return std::unexpected(listing.error());
    if (!listing) continue;  // nothing of the model can be in it
    if (at.depth < kDeepest) queue_folders(*listing, at.depth, seen, waiting, tree.other_chips);
    if (entries > kMostEntries || waiting.size() > kMostFolders) return too_large(root);
    listing->depth = at.depth;
    tree.folders.push_back(*std::move(listing));
  }
  return tree;
}

}  // namespace axllama::axmodel
