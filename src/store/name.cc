#include "store/name.h"

#include <algorithm>
#include <optional>

namespace axllama::store {
namespace {

enum class Part { kHost, kSpace, kModel, kTag };

constexpr bool is_first_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool is_letter(Part part, char c) {
  if (is_first_letter(c) || c == '-') return true;
  if (c == '.') return part != Part::kSpace;
  return c == ':' && part == Part::kHost;
}

bool is_valid(Part part, std::string_view text) {
  const size_t limit = part == Part::kHost ? 350 : 80;
  if (text.empty() || text.size() > limit || !is_first_letter(text.front())) return false;
  return std::ranges::all_of(text, [part](char c) { return is_letter(part, c); });
}

// Cuts off what follows the last `separator`; nothing when there is none.
std::optional<std::string_view> cut_last(std::string_view& text, char separator) {
  const size_t place = text.rfind(separator);
  if (place == std::string_view::npos) return std::nullopt;
  const std::string_view tail = text.substr(place + 1);
  text = text.substr(0, place);
  return tail;
}

// The tag follows the last colon, unless that colon belongs to a host's port.
std::optional<std::string_view> cut_tag(std::string_view& text) {
  const size_t colon = text.rfind(':');
  const size_t slash = text.rfind('/');
  if (colon == std::string_view::npos) return std::nullopt;
  if (slash != std::string_view::npos && slash > colon) return std::nullopt;
  return cut_last(text, ':');
}

std::string_view without_scheme(std::string_view host) {
  const size_t place = host.find("://");
  return place == std::string_view::npos ? host : host.substr(place + 3);
}

bool is_valid(const Name& name) {
  return is_valid(Part::kHost, name.host) && is_valid(Part::kSpace, name.space) &&
         is_valid(Part::kModel, name.model) && is_valid(Part::kTag, name.tag);
}

}  // namespace

Result<Name> Name::parse(std::string_view text) {
  Name name;
  if (const auto tag = cut_tag(text)) name.tag = *tag;
  const auto model = cut_last(text, '/');
  name.model = model.value_or(text);
  if (model) {
    const auto space = cut_last(text, '/');
    name.space = space.value_or(text);
    if (space) name.host = without_scheme(text);
  }
  if (!is_valid(name)) return fail(ErrorCode::kInvalidArgument, "invalid model name");
  return name;
}

std::string Name::short_text() const {
  const Name defaults;
  std::string text;
  if (host != defaults.host) text = host + "/" + space + "/";
  if (host == defaults.host && space != defaults.space) text = space + "/";
  return text + model + ":" + tag;
}

std::string Name::full_text() const {
  return host + "/" + space + "/" + model + ":" + tag;
}

}  // namespace axllama::store
