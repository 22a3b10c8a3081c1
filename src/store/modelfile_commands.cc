#include "store/modelfile_commands.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <span>

#include "base/trim.h"

namespace axllama::store {
namespace {

constexpr std::array<std::string_view, 11> kCommands = {
    "from",     "license", "template",  "system",  "adapter", "draft",
    "renderer", "parser",  "parameter", "message", "requires"};
constexpr std::array<std::string_view, 3> kRoles = {"system", "user", "assistant"};

// `"system", "user", or "assistant"`.
std::string quoted_choice(std::span<const std::string_view> words) {
  std::string text;
  for (const std::string_view word : words) {
    if (!text.empty()) text += word == words.back() ? ", or " : ", ";
    text += "\"" + std::string(word) + "\"";
  }
  return text;
}

bool is_space(char c) {
  return c == ' ' || c == '\t';
}
bool is_line_end(char c) {
  return c == '\n' || c == '\r';
}
bool is_letter(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) != 0;
}
bool is_name_letter(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

// What stands between quotes, or all of a text without; nothing while a quote is open.
std::optional<std::string_view> unquoted(std::string_view text) {
  for (const std::string_view quote : {"\"\"\"", "\""}) {
    if (!text.starts_with(quote)) continue;
    if (text.size() < 2 * quote.size() || !text.ends_with(quote)) return std::nullopt;
    return text.substr(quote.size(), text.size() - 2 * quote.size());
  }
  return text;
}

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  Result<std::vector<ModelfileCommand>> commands() {
    std::vector<ModelfileCommand> commands;
    for (skip_between(); !at_end(); skip_between()) {
      AX_TRY(ModelfileCommand command, next_command());
      commands.push_back(std::move(command));
    }
    return commands;
  }

 private:
  bool at_end() const { return at_ == text_.size(); }
  char here() const { return text_[at_]; }

  template <class Predicate>
  std::string_view take_while(Predicate belongs) {
    const size_t start = at_;
    while (!at_end() && belongs(here())) ++at_;
    return text_.substr(start, at_ - start);
  }

  // White space, empty lines and comments.
  void skip_between() {
    take_while([](char c) { return is_space(c) || is_line_end(c); });
    while (!at_end() && here() == '#') {
      take_while([](char c) { return !is_line_end(c); });
      take_while([](char c) { return is_space(c) || is_line_end(c); });
    }
  }

  // Number of the line at at_; only ever goes forward, so that all calls together read the text
  // once.
  size_t line() {
    for (; counted_ < at_; ++counted_) {
      const bool pair = text_[counted_] == '\r' && text_.substr(counted_ + 1).starts_with('\n');
      if (is_line_end(text_[counted_]) && !pair) ++line_;
    }
    return line_;
  }

  std::unexpected<Error> error_in(size_t line, std::string message) const {
    return fail(ErrorCode::kInvalidArgument,
                "(line " + std::to_string(line) + "): " + std::move(message));
  }

  // A value is missing or its quotes are never closed.
  std::unexpected<Error> ended(size_t line, std::string_view behind) const {
    return fail(ErrorCode::kInvalidArgument,
                std::string("unexpected EOF") + (behind.empty() ? "" : ": ") + std::string(behind),
                "look at line " + std::to_string(line) + " of the Modelfile");
  }

  Result<ModelfileCommand> next_command() {
    ModelfileCommand command;
    command.line = line();
    command.name = take_while(is_letter);
    std::ranges::transform(command.name, command.name.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const bool known = std::ranges::find(kCommands, command.name) != kCommands.end();
    if (known && at_end()) return ended(command.line, "");
    if (!known || !is_space(here())) {
      return error_in(command.line, "command must be one of " + quoted_choice(kCommands));
    }
    take_while(is_space);
    if (command.name == "parameter" || command.name == "message") AX_CHECK(take_argument(command));
    AX_TRY(command.value, take_value(command.line));
    return command;
  }

  Result<void> take_argument(ModelfileCommand& command) {
    const bool is_role = command.name == "message";
    command.argument = take_while(is_role ? is_letter : is_name_letter);
    if (at_end()) return ended(command.line, "");
    if (!is_space(here())) return ended(command.line, command.argument);
    if (is_role && std::ranges::find(kRoles, command.argument) == kRoles.end()) {
      return error_in(command.line, "message role must be one of " + quoted_choice(kRoles));
    }
    return {};
  }

  // The rest of the line; with an open quote as many more lines as it takes to close it.
  Result<std::string> take_value(size_t line) {
    const size_t start = at_;
    while (true) {
      const std::string_view rest = take_while([](char c) { return !is_line_end(c); });
      const bool first = rest.data() == text_.data() + start;
      // An empty line can't close a quote, and looking at the whole text again would cost.
      if (first || !trim(rest).empty()) {
        const auto value = unquoted(trim(text_.substr(start, at_ - start)));
        if (value) return std::string(*value);
      }
      if (at_end()) return ended(line, "");
      ++at_;
    }
  }

  std::string_view text_;
  size_t at_ = 0;
  size_t counted_ = 0;  // line_ is the number of the line here
  size_t line_ = 1;
};

}  // namespace

Result<std::vector<ModelfileCommand>> parse_commands(std::string_view text) {
  return Scanner(text).commands();
}

}  // namespace axllama::store
