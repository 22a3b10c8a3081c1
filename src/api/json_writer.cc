#include "api/json_writer.h"

#include <algorithm>

#include "api/json_document.h"
#include "api/json_text.h"

namespace axllama::json {
namespace {

void append_unit(std::string& out, char32_t rune) {
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) out += "0123456789abcdef"[rune >> shift & 0xF];
}

// The letter of a short escape, 0 when there is none.
char short_escape(char32_t rune) {
  switch (rune) {
    case '"':
    case '\\':
      return static_cast<char>(rune);
    case '\b':
      return 'b';
    case '\f':
      return 'f';
    case '\n':
      return 'n';
    case '\r':
      return 'r';
    case '\t':
      return 't';
    default:
      return 0;
  }
}

bool is_html(char32_t rune) {
  return rune == '<' || rune == '>' || rune == '&' || rune == 0x2028 || rune == 0x2029;
}

bool is_plain(char c, Escape escape) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte < 0x80 && c != '"' && c != '\\' &&
         (escape == Escape::kNeeded || !is_html(byte));
}

// The bytes of the JSON string at the start of `json`, quotes included.
size_t string_size(std::string_view json) {
  size_t at = 1;
  while (at < json.size() && json[at] != '"') at += json[at] == '\\' ? 2 : 1;
  return std::min(at + 1, json.size());
}

}  // namespace

void append_valid(std::string& out, std::string_view text) {
  while (!text.empty()) {
    size_t plain = 0;
    while (plain < text.size() && static_cast<unsigned char>(text[plain]) < 0x80) ++plain;
    out += text.substr(0, plain);
    text.remove_prefix(plain);
    if (text.empty()) return;
    const Rune rune = first_rune(text);
    append_rune(out, rune.value);
    text.remove_prefix(rune.size);
  }
}

void append_string(std::string& out, std::string_view text, Escape escape) {
  out += '"';
  while (!text.empty()) {
    size_t plain = 0;
    while (plain < text.size() && is_plain(text[plain], escape)) ++plain;
    out += text.substr(0, plain);
    text.remove_prefix(plain);
    if (text.empty()) break;
    const Rune rune = first_rune(text);
    if (const char letter = short_escape(rune.value)) {
      (out += '\\') += letter;
    } else if (rune.value < 0x20 || !rune.valid ||
               (escape == Escape::kHtml && is_html(rune.value))) {
      append_unit(out, rune.value);
    } else {
      out += text.substr(0, rune.size);
    }
    text.remove_prefix(rune.size);
  }
  out += '"';
}

void append_compact(std::string& out, std::string_view json, Escape escape) {
  while (!json.empty()) {
    const char c = json[0];
    if (c == '"') {
      const size_t size = string_size(json);
      append_string(out, unescape(json.substr(1, size - 2)), escape);
      json.remove_prefix(size);
      continue;
    }
    if (c != ' ' && c != '\t' && c != '\r' && c != '\n') out += c;
    json.remove_prefix(1);
  }
}

}  // namespace axllama::json
