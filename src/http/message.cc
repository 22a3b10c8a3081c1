#include "http/message.h"

#include <strings.h>

#include <algorithm>

namespace axllama {

std::optional<std::string_view> find_header(const Headers& headers, std::string_view name) {
  for (const auto& [key, value] : headers) {
    if (key.size() == name.size() && ::strncasecmp(key.data(), name.data(), name.size()) == 0) {
      return value;
    }
  }
  return std::nullopt;
}

std::string_view HttpRequest::path() const {
  return std::string_view(target).substr(0, target.find('?'));
}

std::optional<std::string_view> HttpRequest::query(std::string_view name) const {
  std::string_view rest = target;
  for (size_t at = rest.find('?'); at != rest.npos; at = rest.find('&')) {
    rest.remove_prefix(at + 1);
    const std::string_view field = rest.substr(0, rest.find('&'));
    const size_t equals = std::min(field.find('='), field.size());
    if (field.substr(0, equals) == name) return field.substr(std::min(equals + 1, field.size()));
  }
  return std::nullopt;
}

}  // namespace axllama
