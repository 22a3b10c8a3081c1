// Characters of UTF-8 text, as Go sees them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace axllama::go_template {

// What a byte that begins no character counts as.
inline constexpr uint32_t kReplacement = 0xFFFD;

struct Rune {
  uint32_t code = kReplacement;
  size_t size = 1;  // bytes; 0 at the end of the text
  bool valid = false;
};

// The character at the front of `text`.
Rune first_rune(std::string_view text);
// The character at its end.
Rune last_rune(std::string_view text);
size_t count_runes(std::string_view text);
// U+FFFD for what is no character.
void append_rune(std::string& text, uint32_t code);

// Beyond ASCII these three follow the C library's tables, which may differ from Go's where a
// character is younger than either.
bool is_letter(uint32_t code);
bool is_digit(uint32_t code);
bool is_printable(uint32_t code);

// A letter, a digit or an underscore comes first.
bool begins_with_word(std::string_view text);

}  // namespace axllama::go_template
