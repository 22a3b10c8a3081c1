#include "chat/call_json.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "chat/json_text.h"

namespace axllama {
namespace {

using Json = nlohmann::ordered_json;

bool declared(std::span<const std::string> names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

std::string text_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// The arguments: an object, or one within a string.
std::optional<std::string> arguments_of(const Json& object) {
  for (const char* key : {"arguments", "parameters"}) {
    const auto found = object.find(key);
    if (found == object.end()) continue;
    if (found->is_object()) return text_of(*found);
    if (!found->is_string() || nested_too_deeply(found->get<std::string>())) continue;
    const Json inner = Json::parse(found->get<std::string>(), nullptr, false);
    if (inner.is_object()) return text_of(inner);
  }
  return std::nullopt;
}

void add_calls(const Json& json, std::span<const std::string> names, std::vector<ToolCall>& calls) {
  if (json.is_object()) {
    const auto name = json.find("name");
    if (name != json.end() && name->is_string()) {
      const auto arguments = arguments_of(json);
      if (arguments && declared(names, name->get<std::string>())) {
        calls.push_back({.id = {}, .name = name->get<std::string>(), .arguments = *arguments});
      }
      return;
    }
    for (const auto& [key, value] : json.items()) {
      if (value.is_object() && declared(names, key)) {
        calls.push_back({.id = {}, .name = key, .arguments = text_of(value)});
      } else {
        add_calls(value, names, calls);
      }
    }
  } else if (json.is_array()) {
    for (const Json& item : json) add_calls(item, names, calls);
  }
}

// The tool that is named first; of names that begin alike, the longest.
const std::string* named_in(std::string_view text, std::span<const std::string> names) {
  const std::string* best = nullptr;
  size_t best_at = text.size();
  for (const std::string& name : names) {
    const size_t at = text.find(name);
    if (at == std::string_view::npos || at > best_at) continue;
    if (best != nullptr && at == best_at && name.size() < best->size()) continue;
    best = &name;
    best_at = at;
  }
  return best;
}

}  // namespace

size_t object_length(std::string_view text) {
  int depth = 0;
  bool in_string = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      in_string = c != '"';
    } else {
      in_string = c == '"';
      depth += c == '{' ? 1 : c == '}' ? -1 : 0;
      if (c == '}' && depth == 0) return i + 1;
    }
  }
  return 0;
}

std::vector<ToolCall> calls_in(std::string_view object, std::string_view before,
                               std::span<const std::string> names) {
  std::vector<ToolCall> calls;
  if (nested_too_deeply(object)) return calls;
  const Json json = Json::parse(object, nullptr, false);
  if (json.is_discarded()) return calls;
  add_calls(json, names, calls);
  const std::string* name = named_in(before, names);
  if (calls.empty() && name != nullptr && !json.contains("name")) {
    calls.push_back({.id = {}, .name = *name, .arguments = text_of(json)});
  }
  return calls;
}

}  // namespace axllama
