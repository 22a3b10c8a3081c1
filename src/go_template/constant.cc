#include <charconv>
#include <cmath>
#include <cstdlib>
#include <optional>

#include "go_template/node.h"
#include "go_template/quote.h"

namespace axllama::go_template {
namespace {

std::unexpected<Error> refused(std::string message) {
  return fail(ErrorCode::kInvalidArgument, std::move(message));
}

// Base by Go's prefixes, taken off; a leading 0 alone means octal.
int take_base(std::string_view& digits) {
  if (digits.size() < 2 || digits[0] != '0') return 10;
  const char kind = static_cast<char>(digits[1] | 0x20);
  const int base = kind == 'x' ? 16 : kind == 'o' ? 8 : kind == 'b' ? 2 : 0;
  digits.remove_prefix(base == 0 ? 1 : 2);
  return base == 0 ? 8 : base;
}

// Digits without their underscores, each of which must stand between two digits; behind a prefix it
// may come first.
std::optional<std::string> without_underscores(std::string_view digits, bool has_prefix) {
  std::string plain;
  char before = has_prefix ? '0' : '_';
  for (const char c : digits) {
    if (c == '_' && before == '_') return std::nullopt;
    if (c != '_') plain += c;
    before = c;
  }
  if (before == '_') return std::nullopt;
  return plain;
}

std::optional<uint64_t> read_magnitude(std::string_view text) {
  std::string_view digits = text;
  const int base = take_base(digits);
  const auto plain = without_underscores(digits, digits.size() < text.size());
  if (!plain || plain->empty()) return std::nullopt;
  uint64_t value = 0;
  const char* end = plain->data() + plain->size();
  const auto result = std::from_chars(plain->data(), end, value, base);
  if (result.ec != std::errc() || result.ptr != end) return std::nullopt;
  return value;
}

bool is_digit(char c, bool hexadecimal) {
  return (c >= '0' && c <= '9') || (hexadecimal && (c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

// Or stand between a prefix and a digit.
bool underscores_separate_digits(std::string_view text, bool hexadecimal) {
  const auto is_one = [&](char c) { return is_digit(c, hexadecimal); };
  for (size_t at = text.find('_'); at != std::string_view::npos; at = text.find('_', at + 1)) {
    const bool behind_prefix = at == 2 && (text[1] | 0x20) == 'x';
    if (at == 0 || at + 1 == text.size() || !is_one(text[at + 1])) return false;
    if (!is_one(text[at - 1]) && !behind_prefix) return false;
  }
  return true;
}

std::optional<double> read_real(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  const bool hexadecimal = text.starts_with("0x") || text.starts_with("0X");
  if (!underscores_separate_digits(text, hexadecimal)) return std::nullopt;
  if (hexadecimal && text.find_first_of("pP") == std::string_view::npos) return std::nullopt;
  std::string plain;
  for (const char c : text.substr(hexadecimal ? 2 : 0)) {
    if (c != '_') plain += c;
  }
  double value = 0.0;
  const char* end = plain.data() + plain.size();
  const auto format = hexadecimal ? std::chars_format::hex : std::chars_format::general;
  const auto result = std::from_chars(plain.data(), end, value, format);
  if (result.ptr != end || plain.empty()) return std::nullopt;
  if (result.ec == std::errc::result_out_of_range) {  // too large, or so small that it is nothing
    value = std::strtod((hexadecimal ? "0x" + plain : plain).c_str(), nullptr);
    if (std::isinf(value)) return std::nullopt;
  } else if (result.ec != std::errc()) {
    return std::nullopt;
  }
  return negative ? -value : value;
}

void set_integer(Constant& constant, bool negative, uint64_t magnitude) {
  const uint64_t most = uint64_t{1} << 63;
  constant.is_unsigned = !negative || magnitude == 0;
  constant.is_integer = negative ? magnitude <= most : magnitude < most;
  if (constant.is_integer) {
    constant.integer = static_cast<int64_t>(negative ? ~magnitude + 1 : magnitude);
  }
  constant.is_real = constant.is_integer || constant.is_unsigned;
  constant.real = static_cast<double>(magnitude) * (negative ? -1.0 : 1.0);
}

void set_real(Constant& constant, double value) {
  constant.is_real = true;
  constant.real = value;
  if (std::abs(value) >= 0x1p63 || std::trunc(value) != value) return;
  constant.is_integer = true;
  constant.is_unsigned = value >= 0.0;
  constant.integer = static_cast<int64_t>(value);
}

}  // namespace

Result<Constant> read_constant(const Token& token) {
  const std::string_view text = token.text;
  Constant constant;
  if (token.kind == TokenKind::kCharacter) {
    std::string_view rest = text.substr(1);
    const auto rune = take_rune(rest);
    if (!rune) return refused("invalid syntax");
    if (rest != "'") return refused("malformed character constant: " + token.text);
    set_integer(constant, false, *rune);
    return constant;
  }
  if (token.kind == TokenKind::kComplex || text.ends_with('i')) {
    return refused("complex numbers are not supported: " + token.text);
  }
  const bool negative = text.starts_with('-');
  const bool has_sign = negative || text.starts_with('+');
  if (const auto magnitude = read_magnitude(text.substr(has_sign ? 1 : 0))) {
    set_integer(constant, negative, *magnitude);
  }
  if (constant.is_integer || (constant.is_unsigned && !has_sign)) return constant;
  constant = {};
  const auto real = read_real(text);
  if (!real) return refused("illegal number syntax: " + quote(text));
  if (text.find_first_of(".eEpP") == std::string_view::npos) {
    return refused("integer overflow: " + quote(text));
  }
  set_real(constant, *real);
  return constant;
}

}  // namespace axllama::go_template
