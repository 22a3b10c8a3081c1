// The log: one line an event on standard error. Any thread may call.
#pragma once

#include <string_view>

namespace axllama {

enum class LogLevel { kTrace, kDebug, kInfo, kWarn, kError };

// Sets the least level that is written and the name each line carries ("serve", "runner 4711").
// Before the first call the level is kInfo and the name is empty.
void log_configure(LogLevel level, std::string_view name);
// Level that OLLAMA_DEBUG asks for: unset or 0 info, 1 (or any other true value) debug, 2 trace.
LogLevel log_level_from_env();
bool log_enabled(LogLevel level);

void log_trace(std::string_view line);
void log_debug(std::string_view line);
void log_info(std::string_view line);
void log_warn(std::string_view line);
void log_error(std::string_view line);

}  // namespace axllama
