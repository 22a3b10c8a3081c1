#include "store/text_encoding.h"

#include <cstdint>

#include "store/json_text.h"

namespace axllama::store {
namespace {

constexpr uint32_t kReplacement = 0xfffd;

bool is_high_surrogate(uint32_t unit) {
  return unit >= 0xd800 && unit < 0xdc00;
}
bool is_low_surrogate(uint32_t unit) {
  return unit >= 0xdc00 && unit < 0xe000;
}

void append_utf8(std::string& text, uint32_t point) {
  const auto tail = [point](int shift) {
    return static_cast<char>(0x80 | ((point >> shift) & 0x3f));
  };
  if (point < 0x80) {
    text += static_cast<char>(point);
  } else if (point < 0x800) {
    text += static_cast<char>(0xc0 | (point >> 6));
    text += tail(0);
  } else if (point < 0x10000) {
    text += static_cast<char>(0xe0 | (point >> 12));
    (text += tail(6)) += tail(0);
  } else {
    text += static_cast<char>(0xf0 | (point >> 18));
    ((text += tail(12)) += tail(6)) += tail(0);
  }
}

// One unit from the front. A lone last byte is no unit.
uint32_t take_unit(std::string_view& bytes, bool big_endian) {
  if (bytes.size() < 2) {
    bytes = {};
    return kReplacement;
  }
  const auto first = static_cast<unsigned char>(bytes[0]);
  const auto second = static_cast<unsigned char>(bytes[1]);
  bytes.remove_prefix(2);
  return big_endian ? uint32_t{first} << 8 | second : uint32_t{second} << 8 | first;
}

std::string from_utf16(std::string_view bytes, bool big_endian) {
  std::string text;
  while (!bytes.empty()) {
    uint32_t point = take_unit(bytes, big_endian);
    std::string_view after = bytes;
    if (is_high_surrogate(point) && is_low_surrogate(take_unit(after, big_endian))) {
      point = 0x10000 + ((point - 0xd800) << 10) + (take_unit(bytes, big_endian) - 0xdc00);
    } else if (is_high_surrogate(point) || is_low_surrogate(point)) {
      point = kReplacement;
    }
    append_utf8(text, point);
  }
  return text;
}

bool is_control(char c) {
  const bool kept = c == '\t' || c == '\n' || c == '\r';
  return !kept && (static_cast<unsigned char>(c) < 0x20 || c == 0x7f);
}

}  // namespace

std::string decode_text(std::string_view bytes) {
  std::string text;
  if (bytes.starts_with("\xff\xfe") || bytes.starts_with("\xfe\xff")) {
    text = from_utf16(bytes.substr(2), bytes.starts_with("\xfe\xff"));
  } else {
    text = clean_utf8(std::string(bytes.substr(bytes.starts_with("\xef\xbb\xbf") ? 3 : 0)));
  }
  std::erase_if(text, is_control);
  return text;
}

}  // namespace axllama::store
