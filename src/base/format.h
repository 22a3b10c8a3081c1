// Numbers for people.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace axllama {

// Decimal units, as Ollama shows sizes: "999 B", "1.5 KB", "3.0 MB", "12 GB". No decimal from 10 on
// (cut, not rounded) and for exact multiples ("3 MB").
std::string format_bytes(uint64_t bytes);
// Parameter counts as Ollama shows them: "134.52M", "2.76M", "4.0B"; none behind the point for
// exact multiples ("8B"); thousands without ("512K").
std::string format_parameters(uint64_t count);
// RFC 3339 in UTC with nanoseconds and Z: "2026-11-23T13:04:41.000000001Z".
std::string format_time_utc(std::chrono::system_clock::time_point when);
// RFC 3339 in local time with the offset, as modification times of models are shown.
std::string format_time_local(std::chrono::system_clock::time_point when);

}  // namespace axllama
