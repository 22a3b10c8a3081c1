// Writes a folder's files one after another, each whole or not at all.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"

namespace axllama::pack {

struct FolderFile {
  std::string path;  // relative to the folder
  // Writes it at the path given, whole or not at all.
  std::function<Result<void>(const std::filesystem::path&)> write;
};

// A file with `content`.
FolderFile text_file(std::string path, std::string content);
// A file of `bytes` zeros that takes no room on the disk.
FolderFile hole_file(std::string path, uint64_t bytes);

// Told after each file: its path, how many are done, how many there are.
using Progress = std::function<void(const std::string& path, size_t done, size_t total)>;

// Makes `folder` and its subfolders. kConflict when it has files already, unless `force`: then
// files of the same names are replaced and others stay. kCanceled, or the error of the file that
// failed; files that were whole by then stay.
Result<void> write_folder(const std::filesystem::path& folder, const std::vector<FolderFile>& files,
                          bool force, const std::function<bool()>& canceled,
                          const Progress& progress);

}  // namespace axllama::pack
