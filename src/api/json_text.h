// Text as Go's standard library handles it: UTF-8 and quoting.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace axllama::json {

constexpr char32_t kReplacement = U'\uFFFD';

struct Rune {
  char32_t value;
  size_t size;  // bytes it took; 1 for a byte that begins no whole character
  bool valid;   // false: `value` is kReplacement
};

// The character at the start of `text`, which must not be empty. Overlong forms, surrogates and
// cut characters are invalid.
Rune first_rune(std::string_view text);
void append_rune(std::string& out, char32_t rune);
bool is_valid_utf8(std::string_view text);

// strconv.Quote: in double quotes, with escapes for what can't be printed.
std::string quote(std::string_view text);
// A byte as Go's JSON errors name it: in single quotes, as the character of that number.
std::string quote_byte(char byte);

}  // namespace axllama::json
