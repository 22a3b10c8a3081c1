#include "api/json_text.h"

#include <algorithm>
#include <array>

namespace axllama::json {
namespace {

constexpr Rune kInvalid = {kReplacement, 1, false};

// Bytes of a character by its first byte, and the least value that needs so many.
struct Form {
  size_t size;
  unsigned char bits;  // of the first byte
  char32_t least;
};

Form form_of(unsigned char first) {
  if (first >= 0xC2 && first <= 0xDF) return {2, 0x1F, 0x80};
  if (first >= 0xE0 && first <= 0xEF) return {3, 0x0F, 0x800};
  if (first >= 0xF0 && first <= 0xF4) return {4, 0x07, 0x10000};
  return {0, 0, 0};
}

bool is_surrogate(char32_t rune) {
  return rune >= 0xD800 && rune <= 0xDFFF;
}

struct Range {
  char32_t first, last;
};

// Spaces, format controls, private use and what is no character. Code points that Unicode has not
// given away are taken for printable: a table of them would age.
constexpr std::array kUnprintable = {
    Range{0x7F, 0xA0},       Range{0xAD, 0xAD},        Range{0x600, 0x605},
    Range{0x61C, 0x61C},     Range{0x6DD, 0x6DD},      Range{0x70F, 0x70F},
    Range{0x890, 0x891},     Range{0x8E2, 0x8E2},      Range{0x1680, 0x1680},
    Range{0x180E, 0x180E},   Range{0x2000, 0x200F},    Range{0x2028, 0x202F},
    Range{0x205F, 0x206F},   Range{0x3000, 0x3000},    Range{0xD800, 0xF8FF},
    Range{0xFEFF, 0xFEFF},   Range{0xFFF9, 0xFFFB},    Range{0xFFFE, 0xFFFF},
    Range{0x110BD, 0x110BD}, Range{0x110CD, 0x110CD},  Range{0x13430, 0x1343F},
    Range{0x1BCA0, 0x1BCA3}, Range{0x1D173, 0x1D17A},  Range{0xE0000, 0xE00FF},
    Range{0xE01F0, 0xE0FFF}, Range{0xF0000, 0x10FFFF},
};

bool is_printable(char32_t rune) {
  if (rune < 0x20) return false;
  return std::ranges::none_of(
      kUnprintable, [rune](Range range) { return rune >= range.first && rune <= range.last; });
}

void append_hex(std::string& out, char32_t value, int digits) {
  for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) {
    out += "0123456789abcdef"[(value >> shift) & 0xF];
  }
}

void append_escape(std::string& out, Rune rune, char byte) {
  constexpr std::string_view kControls = "\a\b\f\n\r\t\v";
  constexpr std::string_view kLetters = "abfnrtv";
  if (!rune.valid) {
    out += "\\x";
    append_hex(out, static_cast<unsigned char>(byte), 2);
  } else if (const size_t at = kControls.find(byte); rune.size == 1 && at != kControls.npos) {
    (out += '\\') += kLetters[at];
  } else if (rune.value < 0x80) {
    out += "\\x";
    append_hex(out, rune.value, 2);
  } else if (rune.value < 0x10000) {
    out += "\\u";
    append_hex(out, rune.value, 4);
  } else {
    out += "\\U";
    append_hex(out, rune.value, 8);
  }
}

}  // namespace

Rune first_rune(std::string_view text) {
  const auto byte = [text](size_t i) { return static_cast<unsigned char>(text[i]); };
  if (byte(0) < 0x80) return {byte(0), 1, true};
  const Form form = form_of(byte(0));
  if (form.size == 0 || text.size() < form.size) return kInvalid;
  char32_t value = byte(0) & form.bits;
  for (size_t i = 1; i < form.size; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return kInvalid;
    value = value << 6 | (byte(i) & 0x3F);
  }
  if (value < form.least || is_surrogate(value) || value > 0x10FFFF) return kInvalid;
  return {value, form.size, true};
}

void append_rune(std::string& out, char32_t rune) {
  if (rune > 0x10FFFF || is_surrogate(rune)) rune = kReplacement;
  const auto put = [&out](char32_t byte) { out += static_cast<char>(byte); };
  if (rune < 0x80) return put(rune);
  if (rune < 0x800) {
    put(0xC0 | rune >> 6);
  } else if (rune < 0x10000) {
    put(0xE0 | rune >> 12);
    put(0x80 | (rune >> 6 & 0x3F));
  } else {
    put(0xF0 | rune >> 18);
    put(0x80 | (rune >> 12 & 0x3F));
    put(0x80 | (rune >> 6 & 0x3F));
  }
  put(0x80 | (rune & 0x3F));
}

bool is_valid_utf8(std::string_view text) {
  while (!text.empty()) {
    const Rune rune = first_rune(text);
    if (!rune.valid) return false;
    text.remove_prefix(rune.size);
  }
  return true;
}

std::string quote(std::string_view text) {
  std::string out = "\"";
  while (!text.empty()) {
    const Rune rune = first_rune(text);
    if (rune.value == '"' || rune.value == '\\') {
      (out += '\\') += text[0];
    } else if (rune.valid && is_printable(rune.value)) {
      out += text.substr(0, rune.size);
    } else {
      append_escape(out, rune, text[0]);
    }
    text.remove_prefix(rune.size);
  }
  return out += '"';
}

std::string quote_byte(char byte) {
  if (byte == '\'') return "'\\''";
  if (byte == '"') return "'\"'";
  std::string character;
  append_rune(character, static_cast<unsigned char>(byte));
  std::string quoted = quote(character);
  quoted.front() = quoted.back() = '\'';
  return quoted;
}

}  // namespace axllama::json
