#include <algorithm>
#include <string>

#include "base/env.h"
#include "cli/command.h"

namespace axllama::cli {
namespace {

// "  name   text" with the texts of all lines in one column.
std::string entry(std::string name, size_t width, std::string_view text) {
  name.resize(std::max(width, name.size()), ' ');
  return "  " + name + "  " + std::string(text) + "\n";
}

std::string titled(const Command& command) {
  std::string title = command.name;
  if (command.alias != nullptr) title += std::string(", ") + command.alias;
  return title;
}

std::string environment_text() {
  size_t width = 0;
  for (const EnvVar& variable : env_table()) {
    width = std::max(width, std::string_view(variable.name).size());
  }
  std::string text = "Environment:\n";
  for (const EnvVar& variable : env_table()) {
    std::string line = variable.help;
    if (*variable.fallback != '\0') line += std::string(" (default: ") + variable.fallback + ")";
    text += entry(variable.name, width, line);
  }
  return text;
}

}  // namespace

std::string help_text(std::span<const Command> table) {
  constexpr size_t kNameWidth = 14;
  std::string text =
      "axllama runs language models on this machine and serves them to Ollama's clients.\n\n"
      "Usage: axllama COMMAND [ARGUMENTS]\n\nCommands:\n";
  for (const Command& command : table) {
    if (command.summary != nullptr) text += entry(titled(command), kNameWidth, command.summary);
  }
  text += entry("help", kNameWidth, "Show this, or the help of a command: axllama help COMMAND");
  text += "\nFlags:\n";
  text += entry("-h, --help", kNameWidth, "Show help");
  text += entry("-v, --version", kNameWidth, "Show the version");
  return text + "\n" + environment_text();
}

}  // namespace axllama::cli
