// The environment variables that axllama reads: one table, from which help and docs come too.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace axllama {

struct EnvVar {
  const char* name;
  const char* fallback;  // what holds when it is unset, in words or as a value
  const char* help;      // one line
};

// Every variable this program reads, in the order in which help shows them.
std::span<const EnvVar> env_table();

// The value, trimmed of white space and of quotes around it; empty when unset.
// `name` must stand in env_table: asking for another is a bug and ends the process.
std::string env_get(std::string_view name);
// Go's ParseBool as Ollama uses it: unset, 0, f, false are false; any other text is true.
bool env_flag(std::string_view name);

}  // namespace axllama
