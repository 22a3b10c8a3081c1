// Finds and reads a model folder's config.json and post_config.json.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "axmodel/folder_config.h"
#include "axmodel/folder_findings.h"
#include "axmodel/folder_tree.h"

namespace axllama::axmodel {

struct ChosenConfig {
  std::string folder;  // path of the folder that the config's names are relative to
  FolderConfig config;
};

// The usable config.json nearest to the root. Several equally near are kUnsupported.
Result<std::optional<ChosenConfig>> choose_config(const FolderTree& tree,
                                                  std::vector<std::string>& remarks);

// Of post_config.json: the one config.json names, else the nearest to `folder`, from there up to
// the root. Without one nothing is set; that gets a remark only when config.json names it.
SamplingDefaults read_post_config(const FolderTree& tree, const std::optional<ChosenConfig>& chosen,
                                  const std::string& folder, Findings& findings);

}  // namespace axllama::axmodel
