#include "base/base64.h"

#include <array>
#include <cstdint>

namespace axllama {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr uint8_t kNone = 0xFF;

constexpr std::array<uint8_t, 256> make_values() {
  std::array<uint8_t, 256> values = {};
  values.fill(kNone);
  for (uint8_t i = 0; i < kAlphabet.size(); ++i) {
    values[static_cast<unsigned char>(kAlphabet[i])] = i;
  }
  return values;
}
constexpr auto kValues = make_values();

bool is_line_break(char c) {
  return c == '\n' || c == '\r';
}

std::unexpected<Error> illegal(size_t at) {
  return fail(ErrorCode::kInvalidArgument,
              "illegal base64 data at input byte " + std::to_string(at));
}

class Decoder {
 public:
  explicit Decoder(std::string_view text) : text_(text) { out_.reserve(text.size() / 4 * 3 + 3); }

  Result<std::string> run() {
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (is_line_break(c)) continue;
      if (c == '=') {
        AX_CHECK(padding());
        return std::move(out_);
      }
      const uint8_t value = kValues[static_cast<unsigned char>(c)];
      if (value == kNone) return illegal(at_ - 1);
      add(value);
    }
    // Go counts back over the characters of the unfinished group, not over its line breaks.
    if (pending_ > 0) return illegal(at_ - pending_);
    return std::move(out_);
  }

 private:
  void add(uint8_t value) {
    bits_ = bits_ << 6 | value;
    if (++pending_ < 4) return;
    put(3);
    bits_ = 0;
    pending_ = 0;
  }

  void put(int bytes) {
    for (int i = 0; i < bytes; ++i) out_ += static_cast<char>(bits_ >> (16 - 8 * i) & 0xFF);
  }

  void skip_line_breaks() {
    while (at_ < text_.size() && is_line_break(text_[at_])) ++at_;
  }

  // After the first '='.
  Result<void> padding() {
    if (pending_ < 2) return illegal(at_ - 1);
    if (pending_ == 2) {
      skip_line_breaks();
      if (at_ == text_.size()) return illegal(at_);
      if (text_[at_] != '=') return illegal(at_ - 1);
      ++at_;
    }
    skip_line_breaks();
    if (at_ < text_.size()) return illegal(at_);
    bits_ <<= 6 * (4 - pending_);
    put(static_cast<int>(pending_) - 1);
    return {};
  }

  std::string_view text_;
  size_t at_ = 0;
  uint32_t bits_ = 0;
  size_t pending_ = 0;  // characters of the unfinished group
  std::string out_;
};

}  // namespace

Result<std::string> decode_base64(std::string_view text) {
  return Decoder(text).run();
}

std::string encode_base64(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (size_t at = 0; at < bytes.size(); at += 3) {
    const size_t count = std::min<size_t>(3, bytes.size() - at);
    uint32_t bits = 0;
    for (size_t i = 0; i < 3; ++i) {
      bits = bits << 8 | (i < count ? static_cast<unsigned char>(bytes[at + i]) : 0u);
    }
    for (size_t i = 0; i < 4; ++i) {
      out += i <= count ? kAlphabet[bits >> (18 - 6 * i) & 0x3F] : '=';
    }
  }
  return out;
}

}  // namespace axllama
