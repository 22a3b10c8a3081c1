#include "axmodel/folder_settings.h"

#include <filesystem>

#include "axmodel/folder_paths.h"

namespace axllama::axmodel {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kLargestConfig = 1 << 20;

std::string in(const FolderListing& folder, const std::string& name) {
  return (fs::path(folder.path) / name).string();
}

std::optional<FolderConfig> read_config(const std::string& path,
                                        std::vector<std::string>& remarks) {
  const auto text = read_start(path, kLargestConfig);
  if (text) return parse_folder_config(*text, remarks);
  remarks.push_back(text.error().message + "; ignored.");
  return std::nullopt;
}

// Path of post_config.json; empty when there is none.
std::string find_post_config(const FolderTree& tree, const std::optional<ChosenConfig>& chosen,
                             const std::string& folder, Findings& findings) {
  if (chosen && !chosen->config.post_config.empty()) {
    std::string path;
    const auto resolved = path_inside(tree.root(), chosen->folder, chosen->config.post_config);
    if (!findings.keep(resolved, path)) return {};
    if (existing_file(path)) return path;
    findings.remark(missing_file(path).message + "; the usual sampling defaults hold.");
    return {};
  }
  for (const FolderListing* around : tree.around(folder)) {
    if (around->has("post_config.json")) return in(*around, "post_config.json");
  }
  return {};
}

}  // namespace

Result<std::optional<ChosenConfig>> choose_config(const FolderTree& tree,
                                                  std::vector<std::string>& remarks) {
  std::optional<ChosenConfig> chosen;
  int depth = 0;
  for (const FolderListing& folder : tree.folders) {
    if (chosen && folder.depth > depth) break;
    if (!folder.has("config.json")) continue;
    const auto config = read_config(in(folder, "config.json"), remarks);
    if (!config) continue;
    if (chosen) {
      return fail(ErrorCode::kUnsupported,
                  tree.root() + " holds several models, e.g. in " + chosen->folder + " and in " +
                      folder.path,
                  "name the folder of one of them");
    }
    chosen = {folder.path, *config};
    depth = folder.depth;
  }
  return chosen;
}

SamplingDefaults read_post_config(const FolderTree& tree, const std::optional<ChosenConfig>& chosen,
                                  const std::string& folder, Findings& findings) {
  const std::string path = find_post_config(tree, chosen, folder, findings);
  if (path.empty()) return {};
  const auto text = read_start(path, kLargestConfig);
  if (text) return parse_post_config(*text, findings.remarks);
  findings.remark(text.error().message + "; ignored.");
  return {};
}

}  // namespace axllama::axmodel
