#include "go_template/verb.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "go_template/format.h"
#include "go_template/json.h"
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
