#include "go_template/runes.h"

#include <clocale>
#include <cwctype>

namespace axllama::go_template {
namespace {

constexpr uint32_t kLargest = 0x10FFFF;

// Never freed: it lives as long as the program.
locale_t unicode_locale() {
  static const locale_t locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  return locale;
}

bool is_surrogate(uint32_t code) {
  return code >= 0xD800 && code <= 0xDFFF;
}

// Bytes of a character by its first byte; 0 when none begins so.
size_t length_by_first(unsigned char first) {
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return 2;
  if (first >= 0xE0 && first <= 0xEF) return 3;
  if (first >= 0xF0 && first <= 0xF4) return 4;
  return 0;
}

uint32_t smallest_of_length(size_t length) {
  return length == 4 ? 0x10000 : length == 3 ? 0x800 : 0x80;
}

}  // namespace

Rune first_rune(std::string_view text) {
  if (text.empty()) return {kReplacement, 0, false};
  const auto first = static_cast<unsigned char>(text.front());
  const size_t length = length_by_first(first);
  if (length == 1) return {first, 1, true};
  if (length == 0 || text.size() < length) return {};
  uint32_t code = first & (0x7Fu >> length);
  for (size_t i = 1; i < length; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xC0) != 0x80) return {};
    code = code << 6 | (next & 0x3F);
  }
  if (code < smallest_of_length(length) || code > kLargest || is_surrogate(code)) return {};
  return {code, length, true};
}

Rune last_rune(std::string_view text) {
  if (text.empty()) return {kReplacement, 0, false};
  for (size_t size = 1; size <= 4 && size <= text.size(); ++size) {
    const Rune rune = first_rune(text.substr(text.size() - size));
    if (rune.valid && rune.size == size) return rune;
  }
  return {};
}

size_t count_runes(std::string_view text) {
  size_t count = 0;
  for (; !text.empty(); ++count) text.remove_prefix(first_rune(text).size);
  return count;
}

void append_rune(std::string& text, uint32_t code) {
  if (code > kLargest || is_surrogate(code)) code = kReplacement;
  const auto add = [&](uint32_t byte) { text.push_back(static_cast<char>(byte)); };
  if (code < 0x80) return add(code);
  if (code < 0x800) {
    add(0xC0 | code >> 6);
  } else {
    if (code < 0x10000) {
      add(0xE0 | code >> 12);
    } else {
      add(0xF0 | code >> 18);
      add(0x80 | (code >> 12 & 0x3F));
    }
    add(0x80 | (code >> 6 & 0x3F));
  }
  add(0x80 | (code & 0x3F));
}

bool is_digit(uint32_t code) {
  return code >= '0' && code <= '9';
}

bool is_letter(uint32_t code) {
  if (code < 0x80) return (code | 0x20) >= 'a' && (code | 0x20) <= 'z';
  return iswalpha_l(static_cast<wint_t>(code), unicode_locale()) != 0;
}

bool is_printable(uint32_t code) {
  if (code < 0x80) return code >= 0x20 && code < 0x7F;
  if (iswspace_l(static_cast<wint_t>(code), unicode_locale()) != 0 || code == 0xA0) return false;
  return iswprint_l(static_cast<wint_t>(code), unicode_locale()) != 0;
}

bool begins_with_word(std::string_view text) {
  const Rune rune = first_rune(text);
  return rune.valid && (rune.code == '_' || is_letter(rune.code) || is_digit(rune.code));
}

}  // namespace axllama::go_template
