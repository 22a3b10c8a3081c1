#include "axmodel/folder_paths.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "axmodel/quoted_name.h"

namespace axllama::axmodel {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kContainer = ".axmodel";
constexpr std::string_view kOnnx = ".onnx";

bool is_file(const std::string& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

std::string other_spelling(const std::string& path) {
  if (path.ends_with(kContainer)) return path + std::string(kOnnx);
  if (!path.ends_with(std::string(kContainer) + std::string(kOnnx))) return {};
  return path.substr(0, path.size() - kOnnx.size());
}

}  // namespace

Result<std::string> path_inside(const std::string& root, const std::string& folder,
                                const std::string& name) {
  const bool clean =
      std::ranges::none_of(name, [](unsigned char c) { return c < ' ' || c == 0x7f; });
  const fs::path below = fs::path(folder).lexically_relative(root);
  const fs::path path = (below / name).lexically_normal();
  if (clean && fs::path(name).is_relative() && !path.empty() && *path.begin() != "..") {
    return (fs::path(root) / path).lexically_normal().string();
  }
  return fail(ErrorCode::kCorrupt,
              (fs::path(folder) / "config.json").string() + " names " + quoted_name(name) +
                  ", which is outside the folder",
              "put the file into the folder and name it without a way out");
}

std::optional<std::string> existing_file(const std::string& path) {
  if (is_file(path)) return path;
  const std::string other = other_spelling(path);
  if (!other.empty() && is_file(other)) return other;
  return std::nullopt;
}

bool is_folder(const std::string& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

Error missing_file(const std::string& path) {
  std::error_code ignored;
  const bool link = fs::is_symlink(path, ignored) && !fs::exists(path, ignored);
  return {ErrorCode::kNotFound,
          path + (link ? " is a link to a file that is not there" : " is missing"),
          "fetch what is missing of the model"};
}

Result<std::string> read_start(const std::string& path, uint64_t limit) {
  std::ifstream file(path, std::ios::binary);
  std::string text(limit, '\0');
  file.read(text.data(), static_cast<std::streamsize>(limit));
  if (!file && !file.eof()) return fail(ErrorCode::kIo, "can't read " + path);
  text.resize(static_cast<size_t>(file.gcount()));
  return text;
}

Result<void> check_fetched(const std::string& path) {
  constexpr std::string_view kPointer = "version https://git-lfs";
  AX_TRY(const std::string start, read_start(path, kPointer.size()));
  if (start.empty()) {
    return fail(ErrorCode::kCorrupt, path + ": the file is empty",
                "the download is not complete; fetch the real file");
  }
  if (start != kPointer) return {};
  return fail(ErrorCode::kCorrupt, path + ": this is a Git LFS pointer, not the file it stands for",
              "fetch the real file, e.g. with git lfs pull");
}

}  // namespace axllama::axmodel
