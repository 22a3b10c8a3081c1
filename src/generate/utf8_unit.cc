#include "generate/utf8_unit.h"

#include <cstdint>

namespace axllama {
namespace {

struct Lead {
  size_t length;        // of the character; 0: no character begins so
  uint8_t least, most;  // of the second byte
};

Lead lead_of(uint8_t byte) {
  if (byte < 0x80) return {1, 0, 0};
  if (byte < 0xc2 || byte > 0xf4) return {0, 0, 0};
  if (byte < 0xe0) return {2, 0x80, 0xbf};
  if (byte < 0xf0)
    return {3, static_cast<uint8_t>(byte == 0xe0 ? 0xa0 : 0x80),
            static_cast<uint8_t>(byte == 0xed ? 0x9f : 0xbf)};
  return {4, static_cast<uint8_t>(byte == 0xf0 ? 0x90 : 0x80),
          static_cast<uint8_t>(byte == 0xf4 ? 0x8f : 0xbf)};
}

}  // namespace

Utf8Unit utf8_unit(std::string_view text) {
  const Lead lead = lead_of(static_cast<uint8_t>(text[0]));
  if (lead.length == 0) return {Utf8Unit::kInvalid, 1};
  for (size_t i = 1; i < lead.length; ++i) {
    if (i == text.size()) return {Utf8Unit::kUnfinished, i};
    const auto byte = static_cast<uint8_t>(text[i]);
    const uint8_t least = i == 1 ? lead.least : 0x80;
    const uint8_t most = i == 1 ? lead.most : 0xbf;
    if (byte < least || byte > most) return {Utf8Unit::kInvalid, i};
  }
  return {Utf8Unit::kCharacter, lead.length};
}

}  // namespace axllama
