#include "base/format.h"

#include <fmt/format.h>

#include <array>
#include <cstdlib>
#include <ctime>

namespace axllama {
namespace {

using SystemTime = std::chrono::system_clock::time_point;

std::time_t whole_seconds(SystemTime when) {
  return static_cast<std::time_t>(
      std::chrono::floor<std::chrono::seconds>(when.time_since_epoch()).count());
}

// "2026-11-23T13:04:41.000000001": `parts` down to the second, the rest from `when`.
std::string date_and_time(const std::tm& parts, SystemTime when) {
  const auto since = when.time_since_epoch();
  const std::chrono::nanoseconds rest = since - std::chrono::floor<std::chrono::seconds>(since);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:09}", parts.tm_year + 1900,
                     parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
                     rest.count());
}

}  // namespace

std::string format_bytes(uint64_t bytes) {
  struct Unit {
    uint64_t size;
    const char* name;
  };
  constexpr std::array kUnits = {Unit{1'000'000'000'000, "TB"}, Unit{1'000'000'000, "GB"},
                                 Unit{1'000'000, "MB"}, Unit{1'000, "KB"}};
  for (const auto& [size, name] : kUnits) {
    if (bytes < size) continue;
    const uint64_t whole = bytes / size;
    if (whole >= 10 || bytes % size == 0) return fmt::format("{} {}", whole, name);
    return fmt::format("{:.1f} {}", static_cast<double>(bytes) / static_cast<double>(size), name);
  }
  return fmt::format("{} B", bytes);
}

std::string format_parameters(uint64_t count) {
  struct Unit {
    uint64_t size;
    int decimals;
    char letter;
  };
  constexpr std::array kUnits = {Unit{1'000'000'000'000, 1, 'T'}, Unit{1'000'000'000, 1, 'B'},
                                 Unit{1'000'000, 2, 'M'}, Unit{1'000, 0, 'K'}};
  for (const Unit& unit : kUnits) {
    if (count < unit.size) continue;
    const double value = static_cast<double>(count) / static_cast<double>(unit.size);
    return fmt::format("{:.{}f}{}", value, count % unit.size == 0 ? 0 : unit.decimals, unit.letter);
  }
  return fmt::format("{}", count);
}

std::string format_time_utc(SystemTime when) {
  const std::time_t seconds = whole_seconds(when);
  std::tm parts = {};
  gmtime_r(&seconds, &parts);
  return date_and_time(parts, when) + "Z";
}

std::string format_time_local(SystemTime when) {
  const std::time_t seconds = whole_seconds(when);
  std::tm parts = {};
  localtime_r(&seconds, &parts);
  const long minutes = std::labs(parts.tm_gmtoff) / 60;
  if (minutes == 0) return date_and_time(parts, when) + "Z";
  return date_and_time(parts, when) +
         fmt::format("{}{:02}:{:02}", parts.tm_gmtoff < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

}  // namespace axllama
