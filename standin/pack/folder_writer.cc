#include "standin/pack/folder_writer.h"

#include <fmt/format.h>

#include <utility>

#include "axmodel/new_file.h"
#include "base/fd.h"

namespace axllama::pack {
namespace {

namespace fs = std::filesystem;

Result<void> make_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (!error) return {};
  return fail(ErrorCode::kIo, fmt::format("create {}: {}", folder.string(), error.message()));
}

Result<void> check_empty(const fs::path& folder) {
  std::error_code error;
  if (!fs::exists(folder, error)) return {};
  if (fs::is_directory(folder, error) && fs::is_empty(folder, error) && !error) return {};
  return fail(ErrorCode::kConflict, folder.string() + " is there already and not an empty folder",
              "choose another folder, or --force to write into this one");
}

}  // namespace

FolderFile text_file(std::string path, std::string content) {
  return {std::move(path), [content = std::move(content)](const fs::path& at) {
            return write_file_atomically(at, content);
          }};
}

FolderFile hole_file(std::string path, uint64_t bytes) {
  return {std::move(path), [bytes](const fs::path& at) -> Result<void> {
            AX_TRY(axmodel::NewFile file, axmodel::NewFile::create(at, bytes));
            return file.commit();
          }};
}

Result<void> write_folder(const fs::path& folder, const std::vector<FolderFile>& files, bool force,
                          const std::function<bool()>& canceled, const Progress& progress) {
  if (!force) AX_CHECK(check_empty(folder));
  size_t done = 0;
  for (const FolderFile& file : files) {
    if (canceled && canceled()) return fail(ErrorCode::kCanceled, "interrupted");
    const fs::path path = folder / file.path;
    AX_CHECK(make_folder(path.parent_path()));
    AX_CHECK(file.write(path));
    if (progress) progress(file.path, ++done, files.size());
  }
  return {};
}

}  // namespace axllama::pack
