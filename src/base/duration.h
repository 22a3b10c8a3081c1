// Durations as Go writes and reads them ("1h30m0s"), and as people read them ("5 minutes").
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/result.h"

namespace axllama {

using Nanoseconds = std::chrono::nanoseconds;

// The longest time there is: "for ever".
constexpr Nanoseconds kForever = Nanoseconds::max();

// Reads Go's form: signed decimal numbers with units ns, us, µs, ms, s, m, h. Errors carry Go's own
// text, e.g. `time: missing unit in duration "5"`, `time: invalid duration "x"`.
Result<Nanoseconds> parse_duration(std::string_view text);
// Go's Duration.String(): "5m0s", "1.5s", "300ms", "0s".
std::string format_duration(Nanoseconds duration);
// "About a minute", "4 minutes", "2 hours", "3 days", as Ollama's listings show ages.
std::string human_duration(Nanoseconds duration);

}  // namespace axllama
