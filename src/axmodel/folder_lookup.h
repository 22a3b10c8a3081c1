// Finds a model's head and embedding table by their usual names.
#pragma once

#include <string>

#include "axmodel/folder_findings.h"
#include "axmodel/folder_tree.h"

namespace axllama::axmodel {

// Path of the head beside the layers in `folder`, whose names begin with `prefix` ("qwen3_p128").
// Empty when there is none or no telling which; that is a problem then.
std::string find_head(const FolderTree& tree, const std::string& folder, const std::string& prefix,
                      Findings& findings);

// Likewise the embedding table, in `folder` or around it: several builds may share one.
std::string find_table(const FolderTree& tree, const std::string& folder, Findings& findings);

}  // namespace axllama::axmodel
