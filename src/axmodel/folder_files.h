// Finds the files that make up a model: those that config.json names, or without a usable one those
// whose names and places tell.
#pragma once

#include <string>
#include <vector>

#include "axmodel/folder_findings.h"
#include "axmodel/folder_settings.h"
#include "axmodel/folder_tree.h"

namespace axllama::axmodel {

struct ModelFiles {
  std::string folder;               // where the layers are
  std::vector<std::string> layers;  // paths, first layer first; those that exist
  std::string head;                 // paths; empty when missing, which is a problem then
  std::string embeddings;
};

ModelFiles files_by_config(const FolderTree& tree, const ChosenConfig& chosen, Findings& findings);

// kNotFound: no layer files. kUnsupported: only those for other chips, or several builds.
Result<ModelFiles> files_by_name(const FolderTree& tree, Findings& findings);

}  // namespace axllama::axmodel
