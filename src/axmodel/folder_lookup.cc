#include "axmodel/folder_lookup.h"

#include <algorithm>
#include <filesystem>
#include <optional>

namespace axllama::axmodel {
namespace {

std::string in(const FolderListing& folder, const std::string& name) {
  return (std::filesystem::path(folder.path) / name).string();
}

// "qwen3" of the layers' "qwen3_p128".
std::string architecture(const std::string& prefix) {
  const size_t chunk = prefix.rfind("_p");
  const bool number = chunk != std::string::npos && chunk + 2 < prefix.size() &&
                      prefix.find_first_not_of("0123456789", chunk + 2) == std::string::npos;
  return number ? prefix.substr(0, chunk) : prefix;
}

bool is_head(std::string_view name) {
  if (name.ends_with(".onnx")) name.remove_suffix(5);
  return name.ends_with("_post.axmodel") || name == "post.axmodel";
}

bool is_table(std::string_view name) {
  return name.find("embed") != std::string_view::npos && name.ends_with(".bin") &&
         name.find("bfloat16") != std::string_view::npos;
}

// The one of `names` that is `wanted`, or the only one; nothing when there are several.
std::optional<std::string> choose(const std::vector<std::string>& names,
                                  const std::string& wanted) {
  if (std::ranges::find(names, wanted) != names.end()) return wanted;
  if (std::ranges::find(names, wanted + ".onnx") != names.end()) return wanted + ".onnx";
  return names.size() == 1 ? std::optional(names[0]) : std::nullopt;
}

// The file that `is_it` tells by its name, in the innermost of `folders` that has one.
std::string find_by_name(const std::vector<const FolderListing*>& folders, const char* what,
                         bool (*is_it)(std::string_view), const std::string& usual,
                         Findings& findings) {
  for (const FolderListing* folder : folders) {
    std::vector<std::string> names;
    std::ranges::copy_if(folder->files, std::back_inserter(names), is_it);
    if (names.empty()) continue;
    if (const auto name = choose(names, usual)) return in(*folder, *name);
    findings.problem(ErrorCode::kUnsupported,
                     folder->path + " holds several files that may be the " + what + ": " +
                         names[0] + ", " + names[1],
                     "name the right one in config.json");
    return {};
  }
  const std::string where = folders.empty() ? "" : folders.front()->path + ": ";
  findings.problem(ErrorCode::kNotFound, where + "the " + what + " is missing, e.g. " + usual,
                   "fetch what is missing of the model");
  return {};
}

}  // namespace

std::string find_head(const FolderTree& tree, const std::string& folder, const std::string& prefix,
                      Findings& findings) {
  auto folders = tree.around(folder);
  // Another build's head would not fit.
  if (folders.size() > 1) folders.erase(folders.begin() + 1, folders.end());
  return find_by_name(folders, "head", is_head, architecture(prefix) + "_post.axmodel", findings);
}

std::string find_table(const FolderTree& tree, const std::string& folder, Findings& findings) {
  return find_by_name(tree.around(folder), "embedding table", is_table,
                      "model.embed_tokens.weight.bfloat16.bin", findings);
}

}  // namespace axllama::axmodel
