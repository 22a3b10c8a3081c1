// What the stand-in prints: lines on standard error that begin with "axcl stand-in:".
#pragma once

#include <string_view>

#include "standin/runtime/settings.h"

namespace axllama::standin {

// Any thread may call either. Before the first set_log_level(), misuse is printed.
void set_log_level(LogLevel level);
void say(LogLevel level, std::string_view line);

}  // namespace axllama::standin
