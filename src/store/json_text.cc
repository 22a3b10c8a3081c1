#include "store/json_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

namespace axllama::store {
namespace {

constexpr int kMaxDepth = 64;

bool is_plain(char c) {
  return c >= ' ' && c <= '~' && c != '"' && c != '\\';
}

// "1e-07" to "1e-7".
std::string with_short_exponent(std::string text) {
  const size_t size = text.size();
  if (size >= 4 && text[size - 4] == 'e' && text[size - 3] == '-' && text[size - 2] == '0') {
    text.erase(size - 2, 1);
  }
  return text;
}

template <class T>
std::string shortest(T value) {
  if (!std::isfinite(value)) return "null";
  const T magnitude = std::abs(value);
  const bool plain = magnitude == 0 || (magnitude >= T(1e-6) && magnitude < T(1e21));
  std::array<char, 64> digits = {};
  const auto done = std::to_chars(digits.begin(), digits.end(), value,
                                  plain ? std::chars_format::fixed : std::chars_format::scientific);
  std::string text(digits.begin(), done.ptr);
  return plain ? text : with_short_exponent(std::move(text));
}

constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kGoEscapes = {{
    {"<", "\\u003c"},
    {">", "\\u003e"},
    {"&", "\\u0026"},
    {"\xe2\x80\xa8", "\\u2028"},
    {"\xe2\x80\xa9", "\\u2029"},
}};

}  // namespace

std::string json_quote(std::string_view text) {
  // Most of a vocabulary's strings: nothing to escape.
  if (std::ranges::all_of(text, is_plain)) return '"' + std::string(text) + '"';
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string clean_utf8(std::string text) {
  return nlohmann::json::parse(json_quote(text)).get<std::string>();
}

std::string json_number(double value) {
  return shortest(value);
}
std::string json_number(float value) {
  return shortest(value);
}

std::string go_encoded(std::string_view json) {
  std::string text;
  while (!json.empty()) {
    const auto row = std::ranges::find_if(
        kGoEscapes, [json](const auto& escape) { return json.starts_with(escape.first); });
    const bool escaped = row != kGoEscapes.end();
    text += escaped ? row->second : json.substr(0, 1);
    json.remove_prefix(escaped ? row->first.size() : 1);
  }
  return text + "\n";
}

bool json_too_deep(std::string_view json) {
  int depth = 0;
  bool in_string = false;
  for (size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (in_string && c == '\\') ++i;
    if (c == '"') in_string = !in_string;
    if (in_string) continue;
    if (c == '[' || c == '{') ++depth;
    if (c == ']' || c == '}') --depth;
    if (depth > kMaxDepth) return true;
  }
  return false;
}

}  // namespace axllama::store
