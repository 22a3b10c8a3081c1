#include "standin/pack/byte_alphabet.h"

#include <array>

namespace axllama::pack {
namespace {

// Bytes that would not print (blanks, controls, 127..160, 173) have letters from U+0100 on.
bool prints(int byte) {
  return (byte >= 33 && byte <= 126) || (byte >= 161 && byte != 173);
}

std::array<char32_t, 256> make_letters() {
  std::array<char32_t, 256> letters = {};
  char32_t next = 256;
  for (int byte = 0; byte < 256; ++byte) {
    letters[static_cast<size_t>(byte)] = prints(byte) ? static_cast<char32_t>(byte) : next++;
  }
  return letters;
}

const std::array<char32_t, 256>& letters() {
  static const std::array<char32_t, 256> table = make_letters();
  return table;
}

int byte_of_letter(char32_t letter) {
  if (letter < 256) return static_cast<int>(letter);
  for (size_t byte = 0; byte < 256; ++byte) {
    if (letters()[byte] == letter) return static_cast<int>(byte);
  }
  return -1;
}

void append_utf8(std::string& text, char32_t point) {  // below U+0800
  if (point < 0x80) {
    text += static_cast<char>(point);
  } else {
    text += static_cast<char>(0xC0 | point >> 6);
    text += static_cast<char>(0x80 | (point & 0x3F));
  }
}

size_t sequence_length(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >> 5 == 6) return 2;
  if (lead >> 4 == 14) return 3;
  if (lead >> 3 == 30) return 4;
  return 0;
}

}  // namespace

std::optional<std::u32string> code_points(std::string_view text) {
  std::u32string points;
  for (size_t at = 0; at < text.size();) {
    const auto lead = static_cast<unsigned char>(text[at]);
    const size_t length = sequence_length(lead);
    if (length == 0 || at + length > text.size()) return std::nullopt;
    char32_t point = length == 1 ? lead : lead & (0x7FU >> length);
    for (size_t i = 1; i < length; ++i) {
      const auto next = static_cast<unsigned char>(text[at + i]);
      if (next >> 6 != 2) return std::nullopt;
      point = point << 6 | (next & 0x3FU);
    }
    points += point;
    at += length;
  }
  return points;
}

std::string bytes_of_token(std::string_view token) {
  const auto points = code_points(token);
  if (!points) return std::string(token);
  std::string bytes;
  for (const char32_t point : *points) {
    const int byte = byte_of_letter(point);
    if (byte < 0) return std::string(token);
    bytes += static_cast<char>(byte);
  }
  return bytes;
}

std::string spell_bytes(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) append_utf8(text, letters()[static_cast<unsigned char>(byte)]);
  return text;
}

}  // namespace axllama::pack
