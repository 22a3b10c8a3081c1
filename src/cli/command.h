// The table of commands, and the way from the command line to one of them and to an exit code.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "cli/arguments.h"

namespace axllama::cli {

struct Command {
  const char* name;
  const char* alias;              // another name, or nullptr
  const char* summary;            // one line for help; nullptr: help doesn't list it
  Result<int> (*run)(Args args);  // the exit code, or what went wrong
};

// Runs the command that the arguments name. An error is printed on standard error as
// "Error: <message>" with its hint below, and gives exit code 1. Knows by itself: help, -h, --help
// (also after a command), -v and --version.
int dispatch(std::span<const Command> table, int argc, char** argv);

// What `axllama help` prints: the commands of `table` and every environment variable.
std::string help_text(std::span<const Command> table);

// "Error: <message>\n", and the hint on a line of its own when there is one.
std::string error_text(const Error& error);

}  // namespace axllama::cli
