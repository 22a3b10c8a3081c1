// White space off both ends of a text.
#pragma once

#include <string_view>

namespace axllama {

inline std::string_view trim(std::string_view text, std::string_view what = " \t\r\n") {
  const size_t first = text.find_first_not_of(what);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(what) - first + 1);
}

}  // namespace axllama
