#include "token/byte_alphabet.h"

#include <array>
#include <cstdint>

namespace axllama {
namespace {

constexpr uint32_t kEnd = 324;  // code points of the alphabet are below

constexpr bool stands_for_itself(uint32_t byte) {
  return (byte >= '!' && byte <= '~') || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
}

constexpr std::array<uint16_t, 256> make_code_points() {
  std::array<uint16_t, 256> points{};
  uint16_t next = 256;
  for (uint16_t byte = 0; byte < 256; ++byte) {
    points[byte] = stands_for_itself(byte) ? byte : next++;
  }
  return points;
}

constexpr auto kCodePoints = make_code_points();

constexpr std::array<int16_t, kEnd> make_bytes() {
  std::array<int16_t, kEnd> bytes{};
  bytes.fill(-1);
  for (int16_t byte = 0; byte < 256; ++byte) bytes[kCodePoints[static_cast<size_t>(byte)]] = byte;
  return bytes;
}

constexpr auto kBytes = make_bytes();

}  // namespace

std::string to_byte_alphabet(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const uint16_t point = kCodePoints[static_cast<unsigned char>(c)];
    if (point < 0x80) {
      text += static_cast<char>(point);
    } else {
      text += static_cast<char>(0xc0 | (point >> 6));
      text += static_cast<char>(0x80 | (point & 0x3f));
    }
  }
  return text;
}

std::optional<std::string> from_byte_alphabet(std::string_view text) {
  std::string bytes;
  for (size_t i = 0; i < text.size(); ++i) {
    uint32_t point = static_cast<unsigned char>(text[i]);
    if (point >= 0x80) {
      if (point < 0xc2 || point > 0xc5 || ++i == text.size()) return std::nullopt;
      const auto next = static_cast<unsigned char>(text[i]);
      if ((next & 0xc0) != 0x80) return std::nullopt;
      point = (point & 0x1f) << 6 | (next & 0x3fU);
    }
    if (point >= kEnd || kBytes[point] < 0) return std::nullopt;
    bytes += static_cast<char>(kBytes[point]);
  }
  return bytes;
}

}  // namespace axllama
