// The files and folders in and below a model folder, as far as they may belong to the model.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace axllama::axmodel {

struct FolderListing {
  std::string path;
  int depth = 0;                     // 0: the model folder itself
  std::vector<std::string> files;    // names, sorted; links to files count as files
  std::vector<std::string> folders;  // names, sorted; likewise
  bool has(std::string_view file) const;
};

struct FolderTree {
  std::vector<FolderListing> folders;    // the model folder first, then level by level
  std::vector<std::string> other_chips;  // paths of folders for other chips; not looked into

  const std::string& root() const { return folders.front().path; }
  // The folder and those around it up to the root, the innermost first. Empty when `path` is not
  // in the tree.
  std::vector<const FolderListing*> around(std::string_view path) const;
};

// True for names of packages that an AX650 can't load: "minicpm4-0.5b-ax630c", "Qwen3-AX620E".
bool names_other_chip(std::string_view folder_name);

// Looks three folders deep, each folder once however many links lead to it, hidden ones left out.
// kNotFound: no such folder. kIo: it can't be read. kUnsupported: it is for another chip by its own
// name, or holds more than a model folder does (512 folders or 65,536 entries).
Result<FolderTree> list_folders(const std::string& path);

}  // namespace axllama::axmodel
