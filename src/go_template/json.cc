#include "go_template/json.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

#include "go_template/number_text.h"
#include "go_template/runes.h"

namespace axllama::go_template {
namespace {

constexpr int kDeepest = 128;

void append_string(std::string& out, std::string_view text) {
  constexpr std::string_view kNamed = "\b\f\n\r\t\"\\";
  constexpr std::string_view kNames = "bfnrt\"\\";
  out += '"';
  while (!text.empty()) {
    const Rune rune = first_rune(text);
    const uint32_t code = rune.code;
    const size_t name = code < 0x80 ? kNamed.find(static_cast<char>(code)) : std::string_view::npos;
    if (!rune.valid) {
      out += "\\ufffd";
    } else if (name != std::string_view::npos) {
      (out += '\\') += kNames[name];
    } else if (code < 0x20 || code == '<' || code == '>' || code == '&' || code == 0x2028 ||
               code == 0x2029) {
      out += fmt::format("\\u{:04x}", code);
    } else {
      out += text.substr(0, rune.size);
    }
    text.remove_prefix(rune.size);
  }
  out += '"';
}

bool append(std::string& out, const Value& value);

bool append_list(std::string& out, const List& list) {
  if (list.print == Print::kOnlyItem && list.items.size() == 1) return append(out, list.items[0]);
  if (list.nil) {
    out += "null";
    return true;
  }
  out += '[';
  for (size_t i = 0; i < list.items.size(); ++i) {
    if (i > 0) out += ',';
    if (!append(out, list.items[i])) return false;
  }
  out += ']';
  return true;
}

bool append_member(std::string& out, std::string_view name, const Value& value) {
  if (out.back() != '{') out += ',';
  append_string(out, name);
  out += ':';
  return append(out, value);
}

bool append_map(std::string& out, const Map& map) {
  if (map.nil) {
    out += "null";
    return true;
  }
  out += '{';
  if (map.written.empty()) {
    for (const auto& [name, value] : map.entries) {
      if (!append_member(out, name, value)) return false;
    }
  }
  for (const std::string& name : map.written) {
    const auto entry = map.entries.find(name);
    if (entry != map.entries.end() && !append_member(out, name, entry->second)) return false;
  }
  out += '}';
  return true;
}

// As Go's omitempty: a struct is never empty.
bool is_empty(const Value& value) {
  return value.structure() == nullptr && !value.truth();
}

bool append_struct(std::string& out, const Struct& structure) {
  out += '{';
  for (const Field& field : structure.fields) {
    if (field.omit_empty && (field.boxes ? field.value.is_nil() : is_empty(field.value))) continue;
    if (!append_member(out, field.json.empty() ? field.name : field.json, field.value)) {
      return false;
    }
  }
  out += '}';
  return true;
}

bool append(std::string& out, const Value& value) {
  if (value.is_nil()) {
    out += "null";
  } else if (const bool* boolean = value.boolean()) {
    out += *boolean ? "true" : "false";
  } else if (const int64_t* integer = value.integer()) {
    out += std::to_string(*integer);
  } else if (const uint8_t* byte = value.byte()) {
    out += std::to_string(*byte);
  } else if (const double* real = value.real()) {
    if (!std::isfinite(*real)) return false;
    out += json_number(*real);
  } else if (const std::string* text = value.text()) {
    append_string(out, *text);
  } else if (const List* list = value.list()) {
    return append_list(out, *list);
  } else if (const Map* map = value.map()) {
    return append_map(out, *map);
  } else {
    return append_struct(out, *value.structure());
  }
  return true;
}

Value value_of(const nlohmann::json& json) {
  switch (json.type()) {
    case nlohmann::json::value_t::boolean:
      return json.get<bool>();
    case nlohmann::json::value_t::string:
      return json.get<std::string>();
    case nlohmann::json::value_t::number_integer:
    case nlohmann::json::value_t::number_unsigned:
    case nlohmann::json::value_t::number_float:
      return json.get<double>();
    case nlohmann::json::value_t::array: {
      List list;
      for (const nlohmann::json& item : json) list.items.push_back(value_of(item));
      return list;
    }
    case nlohmann::json::value_t::object: {
      Map map;
      for (const auto& [name, item] : json.items()) map.entries.emplace(name, value_of(item));
      return map;
    }
    default:
      return {};
  }
}

bool nests_too_deeply(std::string_view json) {
  int depth = 0;
  for (const char c : json) {
    depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
    if (depth > kDeepest) return true;
  }
  return false;
}

}  // namespace

std::string to_json(const Value& value) {
  std::string out;
  return append(out, value) ? out : std::string();
}

std::string json_number(double value) {
  const double size = std::abs(value);
  const bool scientific = size != 0.0 && (size < 1e-6 || size >= 1e21);
  std::string text = real_text(value, scientific ? 'e' : 'f', -1);
  // Go's encoder writes e-9 where its fmt writes e-09.
  const size_t end = text.size();
  if (scientific && end >= 4 && text[end - 4] == 'e' && text[end - 3] == '-' &&
      text[end - 2] == '0') {
    text.erase(end - 2, 1);
  }
  return text;
}

Result<Value> from_json(std::string_view json) {
  if (nests_too_deeply(json)) {
    return fail(ErrorCode::kInvalidArgument, "the JSON is nested too deeply");
  }
  const auto parsed = nlohmann::json::parse(json, nullptr, false);
  if (parsed.is_discarded()) return fail(ErrorCode::kInvalidArgument, "not valid JSON");
  return value_of(parsed);
}

}  // namespace axllama::go_template
