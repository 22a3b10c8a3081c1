// Which of a folder's files are layers of a model, by their names alone.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "axmodel/folder_findings.h"
#include "axmodel/folder_tree.h"

namespace axllama::axmodel {

// Files named "<prefix>_l<number>_together.axmodel", "_together" and a further ".onnx" being
// optional: the layers of one build.
struct LayerFamily {
  std::string folder;                // path
  std::string prefix;                // "qwen3_p128"
  std::string suffix;                // "_together.axmodel", without ".onnx"
  std::map<int, std::string> files;  // names, by layer
};

// By prefix and suffix.
std::vector<LayerFamily> layer_families(const FolderListing& folder);

// Paths of layers 0 to the last. Each gap is a problem that names the missing files.
std::vector<std::string> whole_family(const LayerFamily& family, Findings& findings);

// One problem for each run of missing layers; `layer_template` is a path with %d once.
void report_missing(const std::string& layer_template, const std::vector<int>& layers,
                    const std::string& why, Findings& findings);

// `layer_template` with the number in place of %d.
std::string numbered(const std::string& layer_template, int number);

}  // namespace axllama::axmodel
