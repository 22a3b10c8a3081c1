#include "go_template/quote.h"

#include <fmt/format.h>

#include "go_template/runes.h"

namespace axllama::go_template {
namespace {

constexpr std::string_view kNamed = "\a\b\f\n\r\t\v\\";
constexpr std::string_view kNames = "abfnrtv\\";

void append_escaped(std::string& out, const Rune& rune, char byte, char mark, bool ascii) {
  if (!rune.valid) {
    out += fmt::format("\\x{:02x}", static_cast<unsigned char>(byte));
    return;
  }
  const uint32_t code = rune.code;
  const size_t name = code < 0x80 ? kNamed.find(static_cast<char>(code)) : std::string_view::npos;
  if (code == static_cast<unsigned char>(mark)) {
    (out += '\\') += mark;
  } else if (name != std::string_view::npos) {
    (out += '\\') += kNames[name];
  } else if (is_printable(code) && (code < 0x80 || !ascii)) {
    append_rune(out, code);
  } else if (code < 0x20 || code == 0x7F) {
    out += fmt::format("\\x{:02x}", code);
  } else {
    out += code < 0x10000 ? fmt::format("\\u{:04x}", code) : fmt::format("\\U{:08x}", code);
  }
}

int digit_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : 99;
}

// One character or escape of a literal.
struct Piece {
  uint32_t code = 0;
  bool is_byte = false;  // \x and octal escapes stand for a byte, not for a character
};

// `count` digits in a base, taken off the front.
std::optional<uint32_t> take_digits(std::string_view& text, size_t count, int base) {
  if (text.size() < count) return std::nullopt;
  uint32_t value = 0;
  for (size_t i = 0; i < count; ++i) {
    const int digit = digit_value(text[i]);
    if (digit >= base) return std::nullopt;
    value = value * static_cast<uint32_t>(base) + static_cast<uint32_t>(digit);
  }
  text.remove_prefix(count);
  return value;
}

std::optional<Piece> take_number(std::string_view& text, char kind) {
  const bool octal = kind >= '0' && kind <= '7';
  const size_t count = octal ? 3 : kind == 'x' ? 2 : kind == 'u' ? 4 : 8;
  if (!octal) text.remove_prefix(1);
  const auto value = take_digits(text, count, octal ? 8 : 16);
  if (!value) return std::nullopt;
  const bool is_byte = octal || kind == 'x';
  const bool surrogate = *value >= 0xD800 && *value <= 0xDFFF;
  if (*value > (is_byte ? 0xFFu : 0x10FFFFu) || (!is_byte && surrogate)) return std::nullopt;
  return Piece{*value, is_byte};
}

std::optional<Piece> take_piece(std::string_view& text, char mark) {
  if (text.front() == mark || text.front() == '\n') return std::nullopt;
  if (text.front() != '\\') {
    const Rune rune = first_rune(text);
    const auto byte = static_cast<unsigned char>(text.front());
    text.remove_prefix(rune.size);
    return rune.valid ? Piece{rune.code} : Piece{byte, true};
  }
  text.remove_prefix(1);
  if (text.empty()) return std::nullopt;
  const char kind = text.front();
  if (kind == 'x' || kind == 'u' || kind == 'U' || (kind >= '0' && kind <= '7')) {
    return take_number(text, kind);
  }
  text.remove_prefix(1);
  if (kind == mark) return Piece{static_cast<unsigned char>(mark)};
  const size_t name = kNames.find(kind);
  if (name == std::string_view::npos) return std::nullopt;
  return Piece{static_cast<unsigned char>(kNamed[name])};
}

}  // namespace

std::string quote(std::string_view text, bool ascii) {
  std::string out = "\"";
  while (!text.empty()) {
    const Rune rune = first_rune(text);
    append_escaped(out, rune, text.front(), '"', ascii);
    text.remove_prefix(rune.size);
  }
  return out + '"';
}

std::string quote_rune(uint32_t code, bool ascii) {
  std::string text, out = "'";
  append_rune(text, code);
  append_escaped(out, first_rune(text), text.front(), '\'', ascii);
  return out + '\'';
}

std::optional<std::string> raw_quote(std::string_view text) {
  for (std::string_view rest = text; !rest.empty();) {
    const Rune rune = first_rune(rest);
    const uint32_t code = rune.code;
    if (!rune.valid || code == '`' || code == 0x7F || code == 0xFEFF) return std::nullopt;
    if (code < 0x20 && code != '\t') return std::nullopt;
    rest.remove_prefix(rune.size);
  }
  return '`' + std::string(text) + '`';
}

std::optional<std::string> unquote(std::string_view literal) {
  if (literal.size() < 2 || literal.front() != literal.back()) return std::nullopt;
  const char mark = literal.front();
  literal = literal.substr(1, literal.size() - 2);
  std::string out;
  if (mark == '`') {
    for (const char c : literal) {
      if (c == '`') return std::nullopt;
      if (c != '\r') out += c;
    }
    return out;
  }
  if (mark != '"' && mark != '\'') return std::nullopt;
  size_t pieces = 0;
  for (; !literal.empty(); ++pieces) {
    const auto piece = take_piece(literal, mark);
    if (!piece) return std::nullopt;
    piece->is_byte ? out.push_back(static_cast<char>(piece->code)) : append_rune(out, piece->code);
  }
  if (mark == '\'' && pieces != 1) return std::nullopt;
  return out;
}

std::optional<uint32_t> take_rune(std::string_view& literal) {
  if (literal.empty()) return std::nullopt;
  const auto piece = take_piece(literal, '\'');
  if (!piece) return std::nullopt;
  return piece->code;
}

}  // namespace axllama::go_template
