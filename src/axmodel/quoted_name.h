// A name from a file, for an error message.
#pragma once

#include <string>
#include <string_view>

namespace axllama::axmodel {

// In quotes, without control characters and bytes outside ASCII, cut after 64 bytes.
inline std::string quoted_name(std::string_view name) {
  constexpr size_t kLongest = 64;
  std::string text = "\"";
  for (const char c : name.substr(0, kLongest)) text += c >= ' ' && c <= '~' ? c : '?';
  return text + (name.size() > kLongest ? "...\"" : "\"");
}

}  // namespace axllama::axmodel
