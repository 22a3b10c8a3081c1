#include "go_template/verb.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "go_template/format.h"
#include "go_template/json.h"
#include "go_template/number_text.h"
#include "go_template/quote.h"
#include "go_template/runes.h"

namespace axllama::go_template {
namespace {

// The text of a value that has a String method.
std::optional<std::string> own_text(const Value& value) {
  const List* list = value.list();
  const Map* map = value.map();
  const Print print = list != nullptr                ? list->print
                      : map != nullptr               ? map->print
                      : value.structure() != nullptr ? value.structure()->print
                                                     : Print::kPlain;
  if (print == Print::kPlain) return std::nullopt;
  if (print == Print::kOnlyItem) {
    const bool single = list->items.size() == 1 && list->items[0].text() != nullptr;
    if (single) return *list->items[0].text();
    if (list->items.empty()) return "";
    List plain = *list;
    plain.print = Print::kPlain;
    std::string out;
    VerbPrinter(out, {}).print(Value(std::move(plain)), 'v');
    return out;
  }
  const bool nil = (list != nullptr && list->nil) || (map != nullptr && map->nil);
  return nil && print == Print::kJsonOrEmpty ? "{}" : to_json(value);
}

bool is_text_verb(uint32_t verb) {
  return verb == 'v' || verb == 's' || verb == 'x' || verb == 'X' || verb == 'q';
}

std::string digits_of(uint64_t value, int base, bool upper) {
  const char* digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
  std::string text;
  do {
    text.insert(text.begin(), digits[value % static_cast<uint64_t>(base)]);
    value /= static_cast<uint64_t>(base);
  } while (value != 0);
  return text;
}

}  // namespace

void VerbPrinter::print(const Value& value, uint32_t verb) {
  if (value.is_nil()) {
    if (verb == 'T' || verb == 'v') return pad("<nil>");
    return bad_verb(value, verb);
  }
  if (verb == 'T') {
    const bool kept = std::exchange(flags_.zero, false);
    pad(cut(value.type()));
    flags_.zero = kept;
    return;
  }
  print_inner(value, verb, 0);
}

void VerbPrinter::print_inner(const Value& value, uint32_t verb, int depth) {
  if (print_itself(value, verb)) return;
  if (value.is_nil()) {
    out_ += flags_.sharp_v ? "interface {}(nil)" : "<nil>";
  } else if (const bool* boolean = value.boolean()) {
    print_bool(*boolean, verb);
  } else if (const int64_t* integer = value.integer()) {
    print_integer(*integer, verb, value);
  } else if (const uint8_t* byte = value.byte()) {
    print_integer(*byte, verb, value);
  } else if (const double* real = value.real()) {
    print_real(*real, verb, value);
  } else if (const std::string* text = value.text()) {
    print_text(*text, verb, value);
  } else if (const List* list = value.list()) {
    print_list(*list, verb, depth);
  } else if (const Map* map = value.map()) {
    print_map(*map, verb, depth);
  } else {
    print_struct(*value.structure(), verb, depth);
  }
}

bool VerbPrinter::print_itself(const Value& value, uint32_t verb) {
  if (flags_.sharp_v || !is_text_verb(verb)) return false;
  const auto text = own_text(value);
  if (!text) return false;
  print_text(*text, verb, value);
  return true;
}

void VerbPrinter::bad_verb(const Value& value, uint32_t verb) {
  std::string shown = "%!";
  append_rune(shown, verb);
  out_ += shown + '(';
  if (value.is_nil()) {
    out_ += "<nil>";
  } else {
    out_ += value.type() + '=';
    VerbPrinter(out_, flags_).print_inner(value, 'v', 0);
  }
  out_ += ')';
}

void VerbPrinter::pad(std::string_view text) {
  if (out_.size() > kMostText) return;
  const size_t length = flags_.width ? count_runes(text) : 0;
  const auto width = static_cast<size_t>(flags_.width.value_or(0));
  const size_t missing = width > length ? width - length : 0;
  if (!flags_.minus) out_.append(missing, flags_.zero ? '0' : ' ');
  out_ += text;
  if (flags_.minus) out_.append(missing, ' ');
}

// To as many characters as the precision says.
std::string_view VerbPrinter::cut(std::string_view text) const {
  if (!flags_.precision) return text;
  size_t length = 0;
  for (int left = *flags_.precision; left > 0 && length < text.size(); --left) {
    length += first_rune(text.substr(length)).size;
  }
  return text.substr(0, length);
}

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
      append_rune(text, value < 0 || value > 0x10FFFF ? kReplacement : static_cast<uint32_t>(value));
      return pad(text);
    }
    case 'q':
      return pad(quote_rune(
          value < 0 || value > 0x10FFFF ? kReplacement : static_cast<uint32_t>(value), flags_.plus));
    case 'U':
      return write_unicode(value);
    default:
      return bad_verb(whole, verb);
  }
}

void VerbPrinter::write_integer(int64_t value, int base, uint32_t verb, bool upper) {
  const bool negative = value < 0;
  const auto magnitude = negative ? ~static_cast<uint64_t>(value) + 1 : static_cast<uint64_t>(value);
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

void VerbPrinter::print_text(const std::string& text, uint32_t verb, const Value& whole) {
  switch (verb) {
    case 'v':
      return flags_.sharp_v ? write_quoted(text) : pad(cut(text));
    case 's':
      return pad(cut(text));
    case 'q':
      return write_quoted(text);
    case 'x':
      return write_hexadecimal(text, false);
    case 'X':
      return write_hexadecimal(text, true);
    default:
      return bad_verb(whole, verb);
  }
}

void VerbPrinter::write_quoted(std::string_view text) {
  text = cut(text);
  if (flags_.sharp) {
    if (const auto raw = raw_quote(text)) return pad(*raw);
  }
  pad(quote(text, flags_.plus));
}

void VerbPrinter::write_hexadecimal(std::string_view text, bool upper) {
  if (flags_.precision) text = text.substr(0, static_cast<size_t>(*flags_.precision));
  const char* prefix = !flags_.sharp || text.empty() ? "" : upper ? "0X" : "0x";
  std::string shown = prefix;
  for (size_t i = 0; i < text.size(); ++i) {
    if (flags_.space && i > 0) (shown += ' ') += prefix;
    const auto byte = static_cast<unsigned char>(text[i]);
    shown += upper ? fmt::format("{:02X}", byte) : fmt::format("{:02x}", byte);
  }
  pad(shown);
}

void VerbPrinter::print_list(const List& list, uint32_t verb, int depth) {
  if (flags_.sharp_v) {
    out_ += list.type + (list.nil ? "(nil)" : "{");
    if (list.nil) return;
  } else {
    out_ += '[';
  }
  for (size_t i = 0; i < list.items.size(); ++i) {
    if (i > 0) out_ += flags_.sharp_v ? ", " : " ";
    print_inner(list.items[i], verb, depth + 1);
  }
  out_ += flags_.sharp_v ? '}' : ']';
}

void VerbPrinter::print_map(const Map& map, uint32_t verb, int depth) {
  if (flags_.sharp_v) {
    out_ += map.type + (map.nil ? "(nil)" : "{");
    if (map.nil) return;
  } else {
    out_ += "map[";
  }
  bool first = true;
  for (const auto& [key, value] : map.entries) {
    if (!std::exchange(first, false)) out_ += flags_.sharp_v ? ", " : " ";
    print_inner(Value(key), verb, depth + 1);
    out_ += ':';
    print_inner(value, verb, depth + 1);
  }
  out_ += flags_.sharp_v ? '}' : ']';
}

void VerbPrinter::print_struct(const Struct& structure, uint32_t verb, int depth) {
  if (structure.pointer && depth > 0) {  // Go shows an address there
    out_ += flags_.sharp_v ? "(*" + structure.type + ")(0xc000000000)" : "0xc000000000";
    return;
  }
  if (structure.pointer) out_ += '&';
  if (flags_.sharp_v) out_ += structure.type;
  out_ += '{';
  bool first = true;
  for (const Field& field : structure.fields) {
    if (!std::exchange(first, false)) out_ += flags_.sharp_v ? ", " : " ";
    if (flags_.plus_v || flags_.sharp_v) out_ += field.name + ":";
    print_inner(field.value, verb, depth + 1);
  }
  out_ += '}';
}

}  // namespace axllama::go_template
