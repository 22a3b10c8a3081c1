#include "cli/external_editor.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "base/env.h"
#include "base/fd.h"

namespace axllama::cli {
namespace {

std::string editor_command() {
  for (const char* name : {"OLLAMA_EDITOR", "VISUAL", "EDITOR"}) {
    if (std::string command = env_get(name); !command.empty()) return command;
  }
  return "editor";
}

// A file of our own in the temporary folder, gone at the end.
struct TemporaryFile {
  std::string path = (std::filesystem::temp_directory_path() / "axllama-XXXXXX").string();
  Fd fd{mkstemp(path.data())};
  TemporaryFile() = default;
  ~TemporaryFile() {
    if (fd) unlink(path.c_str());
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
};

}  // namespace

Result<std::string> edit_in_editor(const std::string& text) {
  const TemporaryFile file;
  if (!file.fd) return std::unexpected(errno_error("make a file like", file.path));
  AX_CHECK(write_file_atomically(file.path, text));
  // Through the shell, as the variable may hold arguments; the path is ours and has no blanks.
  const std::string command = editor_command() + " '" + file.path + "'";
  if (std::system(command.c_str()) != 0) {
    return fail(ErrorCode::kIo, "the editor failed: " + command);
  }
  AX_TRY(std::string edited, read_file(file.path));
  while (edited.ends_with('\n')) edited.pop_back();
  return edited;
}

}  // namespace axllama::cli
