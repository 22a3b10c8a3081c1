#include "chat/json_text.h"

#include <nlohmann/json.hpp>

namespace axllama {
namespace {

constexpr int kDeepest = 128;

bool is_space(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

}  // namespace

std::optional<std::string> compact_object(std::string_view json) {
  if (!nlohmann::json::accept(json)) return std::nullopt;
  std::string text;
  bool in_string = false;
  for (size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (!in_string && is_space(c)) continue;
    text += c;
    if (c == '"') in_string = !in_string;
    if (in_string && c == '\\') text += json[++i];
  }
  if (text.front() != '{') return std::nullopt;
  return text;
}

bool nested_too_deeply(std::string_view json) {
  int depth = 0;
  for (const char c : json) {
    depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
    if (depth > kDeepest) return true;
  }
  return false;
}

bool JsonDepth::add(std::string_view piece) {
  bool inside = depth_ > 0;
  for (const char c : piece) {
    if (in_string_) {
      in_string_ = escaped_ || c != '"';
      escaped_ = !escaped_ && c == '\\';
    } else {
      in_string_ = c == '"';
      depth_ += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
      inside = inside && depth_ > 0;
    }
  }
  return inside;
}

}  // namespace axllama
