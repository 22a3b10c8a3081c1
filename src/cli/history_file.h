// What was typed in earlier sessions: ~/.ollama/history, one line an entry, as Ollama keeps it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"

namespace axllama::cli {

constexpr size_t kHistoryLines = 100;

// ~/.ollama/history.
std::filesystem::path history_path();

class HistoryFile {
 public:
  // Reads the last kHistoryLines lines; a file that is missing or unreadable gives none. With an
  // empty path nothing is read or written.
  explicit HistoryFile(std::filesystem::path path);
  const std::vector<std::string>& lines() const { return lines_; }
  // Appends an entry, drops the oldest ones, and writes the file. Newlines inside become entries of
  // their own.
  Result<void> add(const std::string& entry);

 private:
  void append(const std::string& text);
  std::filesystem::path path_;
  std::vector<std::string> lines_;
};

}  // namespace axllama::cli
