// For tests: makes hostile bodies of good ones.
#pragma once

#include <random>
#include <string>
#include <string_view>

namespace axllama::json {

// `text` with a few bytes changed, inserted, removed or repeated.
inline std::string mutate(std::string text, std::mt19937& random) {
  constexpr std::string_view kAlphabet = "{}[]\",:\\ tfnu0159.-eE+\n\xFF\xC3\xE2";
  const auto below = [&random](size_t limit) {
    return std::uniform_int_distribution<size_t>(0, limit - 1)(random);
  };
  for (size_t i = 1 + below(4); i > 0 && !text.empty(); --i) {
    const size_t at = below(text.size());
    const char byte = kAlphabet[below(kAlphabet.size())];
    switch (below(5)) {
      case 0:
        text[at] = byte;
        break;
      case 1:
        text.insert(at, 1, byte);
        break;
      case 2:
        text.erase(at, 1 + below(20));
        break;
      case 3:
        text.insert(at, text.substr(below(text.size()), 1 + below(40)));
        break;
      default:
        if (below(10) == 0) text.resize(at);
    }
  }
  return text;
}

}  // namespace axllama::json
