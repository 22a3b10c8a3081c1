// html, js and urlquery.
#include <fmt/format.h>

#include <vector>

#include "go_template/format.h"
#include "go_template/functions.h"
#include "go_template/runes.h"

namespace axllama::go_template {
namespace {

// What the arguments say, one after another, as an action prints them.
std::string joined(Arguments arguments) {
  if (arguments.size() == 1 && arguments[0].text() != nullptr) return *arguments[0].text();
  std::vector<Value> shown;
  for (const Value& argument : arguments) {
    shown.push_back(argument.is_nil() ? Value("<no value>") : behind_pointer(argument));
  }
  return print(shown);
}

const char* html_escape(char c) {
  switch (c) {
    case '\0':
      return "\uFFFD";
    case '"':
      return "&#34;";
    case '\'':
      return "&#39;";
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    default:
      return nullptr;
  }
}

void append_js(std::string& out, const Rune& rune, std::string_view bytes) {
  const uint32_t code = rune.code;
  constexpr std::string_view kCoded = "<>&=";
  if (code >= 0x80) {
    if (is_printable(code)) {
      out += rune.valid ? bytes : "\xEF\xBF\xBD";
    } else {
      out += fmt::format("\\u{:04X}", code);
    }
  } else if (code == '\\' || code == '\'' || code == '"') {
    (out += '\\') += static_cast<char>(code);
  } else if (code < 0x20 || kCoded.find(static_cast<char>(code)) != std::string_view::npos) {
    out += fmt::format("\\u{:04X}", code);
  } else {
    out += bytes;
  }
}

bool is_unreserved(char c) {
  const auto code = static_cast<unsigned char>(c);
  return is_digit(code) || (code < 0x80 && is_letter(code)) ||
         std::string_view("-_.~").find(c) != std::string_view::npos;
}

}  // namespace

Result<Value> call_html(Arguments arguments) {
  std::string out;
  for (const char c : joined(arguments)) {
    const char* escaped = html_escape(c);
    escaped != nullptr ? out += escaped : out += c;
  }
  return Value(std::move(out));
}

Result<Value> call_js(Arguments arguments) {
  const std::string text = joined(arguments);
  std::string out;
  for (std::string_view rest = text; !rest.empty();) {
    const Rune rune = first_rune(rest);
    append_js(out, rune, rest.substr(0, rune.size));
    rest.remove_prefix(rune.size);
  }
  return Value(std::move(out));
}

Result<Value> call_urlquery(Arguments arguments) {
  std::string out;
  for (const char c : joined(arguments)) {
    if (c == ' ') {
      out += '+';
    } else if (is_unreserved(c)) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return Value(std::move(out));
}

}  // namespace axllama::go_template
