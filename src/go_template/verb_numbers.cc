// Numbers and truth values by verb.
#include <algorithm>
#include <utility>

#include "go_template/number_text.h"
#include "go_template/quote.h"
#include "go_template/runes.h"
#include "go_template/verb.h"

namespace axllama::go_template {
namespace {

std::string digits_of(uint64_t value, int base, bool upper) {
  const char* digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
  std::string text;
  do {
    text.insert(text.begin(), digits[value % static_cast<uint64_t>(base)]);
    value /= static_cast<uint64_t>(base);
  } while (value != 0);
  return text;
}

uint32_t rune_of(int64_t value) {
  return value < 0 || value > 0x10FFFF ? kReplacement : static_cast<uint32_t>(value);
}

}  // namespace

void VerbPrinter::print_bool(bool value, uint32_t verb) {
  if (verb != 't' && verb != 'v') return bad_verb(Value(value), verb);
  pad(value ? "true" : "false");
}

void VerbPrinter::print_integer(int64_t value, uint32_t verb, const Value& whole) {
  switch (verb) {
    case 'v':
      if (flags_.sharp_v && whole.byte() != nullptr) {
        const bool sharp = std::exchange(flags_.sharp, true);
        write_integer(value, 16, 'v', false);
        flags_.sharp = sharp;
        return;
      }
      return write_integer(value, 10, verb, false);
    case 'd':
      return write_integer(value, 10, verb, false);
    case 'b':
      return write_integer(value, 2, verb, false);
    case 'o':
    case 'O':
      return write_integer(value, 8, verb, false);
    case 'x':
      return write_integer(value, 16, verb, false);
    case 'X':
      return write_integer(value, 16, verb, true);
    case 'c': {
      std::string text;
      append_rune(text, rune_of(value));
      return pad(text);
    }
    case 'q':
      return pad(quote_rune(rune_of(value), flags_.plus));
    case 'U':
      return write_unicode(value);
    default:
      return bad_verb(whole, verb);
  }
}

void VerbPrinter::write_integer(int64_t value, int base, uint32_t verb, bool upper) {
  const bool negative = value < 0;
  const auto bits = static_cast<uint64_t>(value);
  const uint64_t magnitude = negative ? ~bits + 1 : bits;
  const bool zero_pads = flags_.zero && !flags_.minus && !flags_.precision && flags_.width;
  const bool has_sign = negative || flags_.plus || flags_.space;
  size_t least = 0;
  if (flags_.precision) {
    least = static_cast<size_t>(*flags_.precision);
    if (least == 0 && value == 0) {
      const bool kept = std::exchange(flags_.zero, false);
      pad("");
      flags_.zero = kept;
      return;
    }
  } else if (zero_pads) {
    least = static_cast<size_t>(*flags_.width) - (has_sign && *flags_.width > 0 ? 1 : 0);
  }
  std::string text = digits_of(magnitude, base, upper);
  if (text.size() < least) text.insert(0, least - text.size(), '0');
  if (flags_.sharp) {
    if (base == 2) text.insert(0, "0b");
    if (base == 8 && text.front() != '0') text.insert(0, "0");
    if (base == 16) text.insert(0, upper ? "0X" : "0x");
  }
  if (verb == 'O') text.insert(0, "0o");
  if (negative) {
    text.insert(0, "-");
  } else if (flags_.plus) {
    text.insert(0, "+");
  } else if (flags_.space) {
    text.insert(0, " ");
  }
  const bool kept = std::exchange(flags_.zero, false);
  pad(text);
  flags_.zero = kept;
}

void VerbPrinter::write_unicode(int64_t value) {
  const auto code = static_cast<uint64_t>(value);
  const auto least = static_cast<size_t>(std::max(flags_.precision.value_or(4), 4));
  std::string digits = digits_of(code, 16, true);
  if (digits.size() < least) digits.insert(0, least - digits.size(), '0');
  std::string text = "U+" + digits;
  if (flags_.sharp && code <= 0x10FFFF && is_printable(static_cast<uint32_t>(code))) {
    text += " '";
    append_rune(text, static_cast<uint32_t>(code));
    text += '\'';
  }
  const bool kept = std::exchange(flags_.zero, false);
  pad(text);
  flags_.zero = kept;
}

void VerbPrinter::print_real(double value, uint32_t verb, const Value& whole) {
  constexpr std::string_view kVerbs = "vbgGxXfFeE";
  if (verb >= 0x80 || kVerbs.find(static_cast<char>(verb)) == std::string_view::npos) {
    return bad_verb(whole, verb);
  }
  char form = static_cast<char>(verb);
  const bool general = std::string_view("vgGxXb").find(form) != std::string_view::npos;
  if (form == 'v') form = 'g';
  if (form == 'F') form = 'f';
  std::string text = real_text(value, form, flags_.precision.value_or(general ? -1 : 6));
  if (text.front() != '-' && text.front() != '+') text.insert(0, "+");
  if (flags_.space && !flags_.plus && text.front() == '+') text.front() = ' ';
  const bool kept = flags_.zero;
  std::string_view shown = text;
  if (text[1] == 'N' || text[1] == 'I') {  // neither takes zeros before it; only Inf has a sign
    flags_.zero = false;
    if (text[1] == 'N' && !flags_.space && !flags_.plus) shown.remove_prefix(1);
  } else if (!flags_.plus && text.front() == '+') {
    shown.remove_prefix(1);
  } else if (flags_.zero && !flags_.minus && flags_.width) {  // the sign stands before the zeros
    out_ += text.front();
    shown.remove_prefix(1);
    flags_.width = std::max(*flags_.width - 1, 0);
  }
  pad(shown);
  flags_.zero = kept;
}

}  // namespace axllama::go_template
