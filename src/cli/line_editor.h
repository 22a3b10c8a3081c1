// Reads lines from the terminal, with editing and history.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace axllama::cli {

struct TypedLine {
  enum class Kind {
    kText,       // a line, without its newline; it may hold newlines inside
    kInterrupt,  // Ctrl-C; text is what had been typed
    kEnd,        // Ctrl-D on an empty line, or the end of the input
  };
  Kind kind = Kind::kText;
  std::string text;
};

// One at a time in a process. While read() waits, standard input is in its own mode; between the
// calls it is as it was before.
class LineEditor {
 public:
  // `history_file`: one line an entry; empty: none is kept on disk. It need not exist.
  explicit LineEditor(std::filesystem::path history_file);
  ~LineEditor();
  LineEditor(const LineEditor&) = delete;
  LineEditor& operator=(const LineEditor&) = delete;

  TypedLine read(const char* prompt);
  // Adds a line to the history and its file. An error means that the file could not be written.
  Result<void> remember(const std::string& line);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace axllama::cli
