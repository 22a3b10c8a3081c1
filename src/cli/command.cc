#include "cli/command.h"

#include <algorithm>
#include <cstdio>
#include <exception>
#include <vector>

#include "cli/terminal.h"

namespace axllama::cli {
namespace {

const Command* find_command(std::span<const Command> table, std::string_view word) {
  const auto row = std::ranges::find_if(table, [&](const Command& command) {
    return word == command.name || (command.alias != nullptr && word == command.alias);
  });
  return row == table.end() ? nullptr : &*row;
}

Error unknown_command(std::string_view word) {
  return {ErrorCode::kInvalidArgument,
          "unknown command \"" + std::string(word) + "\" for \"axllama\"",
          "`axllama help` lists the commands"};
}

Result<int> run_help(std::span<const Command> table, Args rest) {
  if (rest.empty() || rest[0].starts_with('-')) {
    std::fputs(help_text(table).c_str(), stdout);
    return 0;
  }
  const Command* command = find_command(table, rest[0]);
  if (command == nullptr) return std::unexpected(unknown_command(rest[0]));
  const std::vector<std::string> ask{"--help"};
  return command->run(ask);
}

Result<int> run_words(std::span<const Command> table, Args words) {
  if (words.empty()) return run_help(table, {});
  std::string_view first = words[0];
  if (first == "help" || first == "-h" || first == "--help") {
    return run_help(table, words.subspan(1));
  }
  if (first == "-v" || first == "--version") first = "version";
  const Command* command = find_command(table, first);
  if (command == nullptr) return std::unexpected(unknown_command(first));
  return command->run(words.subspan(1));
}

// What no room of ours expects, such as the end of memory.
Result<int> run_guarded(std::span<const Command> table, Args words) {
  try {
    return run_words(table, words);
  } catch (const std::exception& e) {
    return fail(ErrorCode::kInternal, e.what());
  }
}

}  // namespace

std::string error_text(const Error& error) {
  std::string text = "Error: " + error.message + "\n";
  if (!error.hint.empty()) text += error.hint + "\n";
  return text;
}

int dispatch(std::span<const Command> table, int argc, char** argv) {
  use_utf8();
  const std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
  Result<int> result = run_guarded(table, words);
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    result = fail(ErrorCode::kIo, "could not write to standard output");
  }
  if (result) return *result;
  std::fputs(error_text(result.error()).c_str(), stderr);
  return 1;
}

}  // namespace axllama::cli
