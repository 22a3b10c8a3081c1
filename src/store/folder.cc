#include "store/folder.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <system_error>

#include "base/digest.h"
#include "base/fd.h"
#include "base/log.h"
#include "store/blobs.h"
#include "store/json_text.h"
#include "store/manifest.h"
#include "store/places.h"

namespace axllama::store {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr size_t kMaxText = 16 << 20;
constexpr size_t kLongestName = 1024;

bool is_plain_name(const std::string& name) {
  if (name.empty() || name.size() > kLongestName || fs::path(name).is_absolute()) return false;
  if (std::ranges::any_of(name, [](unsigned char c) { return c < 0x20 || c == 0x7f; }))
    return false;
  return std::ranges::none_of(fs::path(name), [](const fs::path& part) {
    return part.empty() || part == "." || part == "..";
  });
}

// Content of the file of that name, in whatever folder; empty when there is none.
std::string content_of(const Store& store, const std::vector<FolderFile>& files,
                       std::string_view file_name) {
  for (const FolderFile& file : files) {
    if (fs::path(file.name).filename() != file_name) continue;
    if (auto text = read_file(store.blob_path(file.digest), kMaxText)) return *std::move(text);
  }
  return {};
}

// "chat_template" of tokenizer_config.json: a text, or a list of named ones.
std::string template_of(const Json& json) {
  const auto found = json.find("chat_template");
  if (found == json.end()) return {};
  if (found->is_string()) return found->get<std::string>();
  if (!found->is_array()) return {};
  for (const Json& entry : *found) {
    if (!entry.is_object() || entry.value("name", Json()) != "default") continue;
    const Json text = entry.value("template", Json());
    if (text.is_string()) return text.get<std::string>();
  }
  return {};
}

// Whether a manifest needs the folder; true when that can't be known.
bool is_needed(const fs::path& root, const fs::path& folder) {
  const auto names = stored_names(root);
  if (!names) return true;
  return std::ranges::any_of(*names, [&](const Name& name) {
    const auto manifest = read_manifest(root, name);
    if (!manifest) return true;
    std::vector<FolderFile> files = folder_files(*manifest);
    return !files.empty() && folder_path(root, std::move(files)) == folder;
  });
}

}  // namespace

bool is_folder_file(const Layer& layer) {
  return layer.media_type == media::kFile && !layer.name.empty();
}

bool is_folder_model(const Manifest& manifest) {
  return std::ranges::any_of(manifest.layers, is_folder_file);
}

std::vector<FolderFile> folder_files(const Manifest& manifest) {
  std::vector<FolderFile> files;
  for (const Layer& layer : manifest.layers) {
    if (is_folder_file(layer)) files.push_back({layer.name, layer.digest});
  }
  return files;
}

fs::path folder_path(const fs::path& root, std::vector<FolderFile> files) {
  std::ranges::sort(files, {}, &FolderFile::name);
  Sha256 key;
  for (const FolderFile& file : files) key.update(file.name + "\n" + file.digest + "\n");
  return root / "axllama" / "folders" / key.hex();
}

Result<void> check_folder_names(const std::vector<FolderFile>& files) {
  std::set<fs::path> seen;
  for (const FolderFile& file : files) {
    if (!is_plain_name(file.name)) {
      return fail(ErrorCode::kInvalidArgument, "\"" + file.name + "\" is no name of a file");
    }
    if (!seen.insert(file.name).second) {
      return fail(ErrorCode::kInvalidArgument, "\"" + file.name + "\" is there twice");
    }
  }
  for (const FolderFile& file : files) {
    for (fs::path above = fs::path(file.name).parent_path(); !above.empty();
         above = above.parent_path()) {
      if (!seen.contains(above)) continue;
      return fail(ErrorCode::kInvalidArgument, above.string() + " is both a file and a folder");
    }
  }
  return {};
}

std::string folder_template(const Store& store, const std::vector<FolderFile>& files) {
  std::string jinja = content_of(store, files, "chat_template.jinja");
  if (!jinja.empty()) return clean_utf8(std::move(jinja));
  const std::string text = content_of(store, files, "tokenizer_config.json");
  if (text.empty() || json_too_deep(text)) return {};
  const Json json = Json::parse(text, nullptr, false);
  return json.is_object() ? template_of(json) : std::string();
}

JsonText folder_info_json(const Config& config) {
  const std::string& family = config.model_family;
  Json json = {{"general.architecture", family}};
  if (config.context_length > 0) json[family + ".context_length"] = config.context_length;
  if (config.embedding_length > 0) json[family + ".embedding_length"] = config.embedding_length;
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void remove_unneeded_folder(const fs::path& root, const Manifest& manifest) {
  std::vector<FolderFile> files = folder_files(manifest);
  if (files.empty()) return;
  const fs::path folder = folder_path(root, std::move(files));
  if (is_needed(root, folder)) return;
  std::error_code error;
  fs::remove_all(folder, error);
  if (error) log_warn(folder.string() + " could not be deleted: " + error.message());
}

}  // namespace axllama::store
