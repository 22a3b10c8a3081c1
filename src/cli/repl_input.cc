#include "cli/repl_input.h"

#include <algorithm>
#include <utility>

namespace axllama::cli {
namespace {

constexpr std::string_view kQuotes = "\"\"\"";
constexpr std::string_view kSetSystem = "/set system ";

std::string_view trim_right(std::string_view text) {
  return text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
}

std::string_view trim_left(std::string_view text) {
  return text.substr(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
}

}  // namespace

void InputAssembler::reset() {
  *this = InputAssembler();
}

std::optional<Input> InputAssembler::continue_with(std::string_view line) {
  if (trim_right(line).ends_with(kQuotes)) {
    line = trim_right(line);
    line.remove_suffix(kQuotes.size());
    input_.text += line;
    Input whole = std::exchange(input_, {});
    open_ = false;
    return whole;
  }
  input_.text += line;
  input_.text += '\n';
  return std::nullopt;
}

std::optional<Input> InputAssembler::begin(Input::Kind kind, std::string front,
                                           std::string_view quoted) {
  open_ = true;
  input_ = {kind, std::move(front)};
  return continue_with(quoted);
}

std::optional<Input> InputAssembler::feed(std::string_view line) {
  if (open_) return continue_with(line);
  const std::string_view text = trim_left(line);
  if (text.starts_with(kQuotes)) {
    return begin(Input::Kind::kMessage, {}, text.substr(kQuotes.size()));
  }
  if (text.starts_with(kSetSystem)) {
    const std::string_view value = trim_left(text.substr(kSetSystem.size()));
    if (value.starts_with(kQuotes)) {
      return begin(Input::Kind::kCommand, std::string(kSetSystem), value.substr(kQuotes.size()));
    }
  }
  if (text.empty()) return std::nullopt;
  if (text.starts_with('/')) return Input{Input::Kind::kCommand, std::string(trim_right(text))};
  return Input{Input::Kind::kMessage, std::string(line)};
}

}  // namespace axllama::cli
