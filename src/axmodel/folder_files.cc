#include "axmodel/folder_files.h"

#include <algorithm>
#include <filesystem>

#include "axmodel/folder_layers.h"
#include "axmodel/folder_lookup.h"
#include "axmodel/folder_paths.h"

namespace axllama::axmodel {
namespace {

namespace fs = std::filesystem;

constexpr int kMostLayers = 1024;

// The file that config.json calls `name`; a problem if it isn't there.
std::string named_file(const FolderTree& tree, const ChosenConfig& chosen, const std::string& name,
                       Findings& findings) {
  std::string path;
  if (!findings.keep(path_inside(tree.root(), chosen.folder, name), path)) return {};
  if (const auto file = existing_file(path)) return *file;
  findings.problems.push_back(missing_file(path));
  return {};
}

// Those that the template names: axmodel_num of them, and what follows without a gap.
std::vector<std::string> named_layers(const FolderTree& tree, const ChosenConfig& chosen,
                                      Findings& findings) {
  const int wanted = chosen.config.layers;
  std::string path;
  const auto resolved = path_inside(tree.root(), chosen.folder, chosen.config.layer_template);
  if (!findings.keep(resolved, path)) return {};
  std::vector<std::string> layers;
  std::vector<int> missing;
  for (int i = 0; i < kMostLayers; ++i) {
    const auto file = existing_file(numbered(path, i));
    if (file) layers.push_back(*file);
    if (!file && i >= std::max(wanted, 1)) break;
    if (!file) missing.push_back(i);
  }
  const std::string why =
      wanted > 0 ? "; config.json says axmodel_num " + std::to_string(wanted) : "";
  report_missing(path, missing, why, findings);
  if (wanted > 0 && static_cast<int>(layers.size()) > wanted) {
    findings.remark("config.json says axmodel_num " + std::to_string(wanted) + ", but there are " +
                    std::to_string(layers.size()) + " layer files; all are used.");
  }
  return layers;
}

std::unexpected<Error> no_layers(const FolderTree& tree) {
  if (tree.other_chips.empty()) {
    return fail(ErrorCode::kNotFound,
                tree.root() +
                    " holds no model for the NPU: no layer files "
                    "(..._l0_together.axmodel) and no config.json that names them");
  }
  std::string message = tree.root() + " holds a model for other chips only:";
  for (const std::string& folder : tree.other_chips) message += " " + folder;
  return fail(ErrorCode::kUnsupported, message, "take the package for the AX650");
}

std::unexpected<Error> several_builds(const FolderTree& tree,
                                      const std::vector<LayerFamily>& builds) {
  std::string message = tree.root() + " holds " + std::to_string(builds.size()) +
                        " models and no config.json that chooses one:";
  for (const LayerFamily& build : builds) {
    message += "\n" + build.folder + " (" + build.prefix + ", " +
               std::to_string(build.files.size()) + " layers)";
  }
  return fail(ErrorCode::kUnsupported, message, "name the folder of one of them");
}

ModelFiles files_of(const FolderTree& tree, const LayerFamily& family, Findings& findings) {
  ModelFiles files;
  files.folder = family.folder;
  files.layers = whole_family(family, findings);
  files.head = find_head(tree, family.folder, family.prefix, findings);
  files.embeddings = find_table(tree, family.folder, findings);
  return files;
}

// Layers of a config that has no usable template: the only ones in its folder.
std::string layers_by_name(const FolderTree& tree, ModelFiles& files, Findings& findings) {
  const auto families = layer_families(*tree.around(files.folder).front());
  if (families.size() == 1) {
    files.layers = whole_family(families[0], findings);
    return families[0].prefix;
  }
  findings.problem(families.empty() ? ErrorCode::kNotFound : ErrorCode::kUnsupported,
                   files.folder + " holds " + std::to_string(families.size()) +
                       " models, and its config.json has no usable template_filename_axmodel");
  return {};
}

// "qwen3_p128" of "sub/qwen3_p128_l%d_together.axmodel".
std::string prefix_of(const std::string& layer_template) {
  const std::string name = fs::path(layer_template).filename().string();
  return name.substr(0, name.find("_l%d"));
}

}  // namespace

ModelFiles files_by_config(const FolderTree& tree, const ChosenConfig& chosen, Findings& findings) {
  const FolderConfig& config = chosen.config;
  ModelFiles files;
  files.folder = chosen.folder;
  std::string prefix = prefix_of(config.layer_template);
  if (config.layer_template.empty()) {
    prefix = layers_by_name(tree, files, findings);
  } else {
    files.layers = named_layers(tree, chosen, findings);
  }
  if (!files.layers.empty()) files.folder = fs::path(files.layers[0]).parent_path().string();
  files.head = config.head.empty() ? find_head(tree, files.folder, prefix, findings)
                                   : named_file(tree, chosen, config.head, findings);
  files.embeddings = config.embeddings.empty()
                         ? find_table(tree, files.folder, findings)
                         : named_file(tree, chosen, config.embeddings, findings);
  return files;
}

Result<ModelFiles> files_by_name(const FolderTree& tree, Findings& findings) {
  std::vector<LayerFamily> builds;
  for (const FolderListing& folder : tree.folders) {
    std::ranges::move(layer_families(folder), std::back_inserter(builds));
  }
  if (builds.empty()) return no_layers(tree);
  if (builds.size() > 1) return several_builds(tree, builds);
  return files_of(tree, builds[0], findings);
}

}  // namespace axllama::axmodel
