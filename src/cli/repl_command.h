// The commands that begin with a slash.
#pragma once

#include <string>
#include <string_view>

#include "cli/session.h"
#include "core/options.h"

namespace axllama::cli {

// Carries "/name arguments" out. A word counts as the command it begins with, as in Ollama:
// "/byebye" leaves.
Action run_repl_command(Session& session, std::string_view line);

// "/set ...": the words after it.
Action run_set_command(Session& session, std::string_view rest);

// Splits the first word off: the word and what follows it, without the blanks between.
std::pair<std::string_view, std::string_view> split_word(std::string_view text);
// "Unknown command '<line>'. Type /? for help"
Say unknown_input(std::string_view line);

// "temperature                    0.5", as `show` prints parameters; one line for each stop string.
std::string parameter_line(std::string_view name, const OptionValue& value);

}  // namespace axllama::cli
