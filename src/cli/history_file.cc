#include "cli/history_file.h"

#include <fcntl.h>

#include <sstream>

#include "base/env.h"
#include "base/fd.h"

namespace axllama::cli {
namespace {

// A file that replaces another keeps its mode, so the first one decides who may read it.
Result<void> make_private(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::create_directories(path.parent_path(), error);
  const Fd file(open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  if (!file) return std::unexpected(errno_error("write", path));
  return {};
}

}  // namespace

std::filesystem::path history_path() {
  return std::filesystem::path(env_get("HOME")) / ".ollama" / "history";
}

HistoryFile::HistoryFile(std::filesystem::path path) : path_(std::move(path)) {
  if (path_.empty()) return;
  if (const auto text = read_file(path_)) append(*text);
}

void HistoryFile::append(const std::string& text) {
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    if (!line.empty()) lines_.push_back(line);
  }
  if (lines_.size() > kHistoryLines) {
    lines_.erase(lines_.begin(), lines_.end() - static_cast<std::ptrdiff_t>(kHistoryLines));
  }
}

Result<void> HistoryFile::add(const std::string& entry) {
  append(entry);
  if (path_.empty()) return {};
  AX_CHECK(make_private(path_));
  std::string text;
  for (const std::string& line : lines_) text += line + "\n";
  return write_file_atomically(path_, text);
}

}  // namespace axllama::cli
