#include "store/template_fields.h"

#include <algorithm>
#include <cctype>

namespace axllama::store {
namespace {

bool is_name_letter(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || (c & 0x80) != 0;
}

// Reads one action at the front of `text`, behind its "{{", and takes it away with its "}}".
void read_action(std::string_view& text, std::set<std::string>& fields) {
  while (!text.empty() && !text.starts_with("}}")) {
    const char c = text.front();
    size_t length = 1;
    if (text.starts_with("/*")) {
      const size_t end = text.find("*/", 2);
      length = end == std::string_view::npos ? text.size() : end + 2;
    } else if (c == '"' || c == '`' || c == '\'') {
      while (length < text.size() && text[length] != c) {
        length += c != '`' && text[length] == '\\' ? 2 : 1;
      }
      ++length;
    } else if (c == '.') {
      while (length < text.size() && is_name_letter(text[length])) ++length;
      if (length > 1) fields.emplace(text.substr(1, length - 1));
    }
    text.remove_prefix(std::min(length, text.size()));
  }
  text.remove_prefix(std::min<size_t>(2, text.size()));
}

}  // namespace

std::set<std::string> template_fields(std::string_view text) {
  std::set<std::string> fields;
  for (size_t start = text.find("{{"); start != std::string_view::npos; start = text.find("{{")) {
    text.remove_prefix(start + 2);
    read_action(text, fields);
  }
  return fields;
}

}  // namespace axllama::store
