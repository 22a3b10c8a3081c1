// Lines typed at the prompt, put together to whole inputs.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace axllama::cli {

// One whole input.
struct Input {
  enum class Kind { kMessage, kCommand };
  Kind kind = Kind::kMessage;
  std::string text;  // a command with its slash
  bool operator==(const Input&) const = default;
};

// A line that begins with three quotes opens a text that goes on until a line ends with three
// quotes. The same holds for the text of `/set system`.
class InputAssembler {
 public:
  // One line without its newline (a pasted one may hold newlines inside). Gives the input that it
  // completes; nothing when more must come or the line is blank.
  std::optional<Input> feed(std::string_view line);
  // Forgets what was begun.
  void reset();
  // Whether an input was begun and is not complete.
  bool open() const { return open_; }
  const char* prompt() const { return open_ ? "... " : ">>> "; }

 private:
  std::optional<Input> continue_with(std::string_view line);
  std::optional<Input> begin(Input::Kind kind, std::string front, std::string_view quoted);

  bool open_ = false;
  Input input_;
};

}  // namespace axllama::cli
