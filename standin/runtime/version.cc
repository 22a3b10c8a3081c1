#include "standin/runtime/version.h"

#include <charconv>
#include <string>

namespace axllama::standin {

std::array<int32_t, 3> parse_version(std::string_view text) {
  std::array<int32_t, 3> numbers = {};
  if (text.starts_with('V') || text.starts_with('v')) text.remove_prefix(1);
  const char* at = text.data();
  const char* const end = at + text.size();
  for (int32_t& number : numbers) {
    const auto [next, error] = std::from_chars(at, end, number);
    if (error != std::errc() || next == end || *next != '.') break;
    at = next + 1;
  }
  return numbers;
}

Code version(Call& call, int32_t* major, int32_t* minor, int32_t* patch) {
  if (major == nullptr || minor == nullptr || patch == nullptr) return kPlainNullPointer;
  const auto numbers = parse_version(call.settings().version);
  *major = numbers[0];
  *minor = numbers[1];
  *patch = numbers[2];
  return kOk;
}

const char* full_version(Call& call) {
  thread_local std::string text;
  text = call.settings().version;
  return text.c_str();
}

}  // namespace axllama::standin
