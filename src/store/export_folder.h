// A folder that appears whole or not at all.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"

namespace axllama::store {

// A place for new files, hidden: beside the folder that they are to become, or inside it when it is
// there already. Goes with this object unless it was published; what a killed process left of
// earlier ones goes when a new one is made.
class ExportFolder {
 public:
  // `target`: where the files are to be; made when it is missing, its parents too. kConflict for
  // something that is no folder, and for one that is not empty unless `replace` is set.
  static Result<ExportFolder> create(const std::filesystem::path& target, bool replace);
  ExportFolder(ExportFolder&&) noexcept = default;
  ExportFolder& operator=(ExportFolder&&) = delete;
  ~ExportFolder();

  const std::filesystem::path& path() const { return path_; }
  // Gives the files their place. Folder by folder where there is one, and else all at once: those
  // named take the place of files of the same names, others stay. `names`: relative, the one that
  // tells a whole export last.
  Result<void> publish(const std::vector<std::string>& names);

 private:
  ExportFolder(std::filesystem::path target, bool inside)
      : target_(std::move(target)), inside_(inside) {}
  Result<void> make();
  Result<void> move_file(const std::string& name) const;

  std::filesystem::path target_, path_;
  bool inside_ = false;  // path_ is in target_, which was there before
  Fd lock_;              // of path_: it is in use
};

}  // namespace axllama::store
