#include "axcl/version.h"

#include <charconv>

namespace axllama::axcl {
namespace {

// Takes a number off the front.
bool take_number(std::string_view& text, int& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || number < 0) return false;
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  return true;
}

bool take_dot(std::string_view& text) {
  if (!text.starts_with('.')) return false;
  text.remove_prefix(1);
  return true;
}

}  // namespace

std::optional<Version> parse_version(std::string_view text) {
  if (text.starts_with('V') || text.starts_with('v')) text.remove_prefix(1);
  Version version;
  if (!take_number(text, version.major) || !take_dot(text)) return std::nullopt;
  if (!take_number(text, version.minor)) return std::nullopt;
  if (take_dot(text) && !take_number(text, version.patch)) return std::nullopt;
  const bool ends = text.empty() || text[0] == '_' || text[0] == '-' || text[0] == ' ';
  return ends ? std::optional(version) : std::nullopt;
}

bool streams_expected(const std::optional<Version>& version) {
  return !version || version->major >= 3;
}

std::string version_remark(std::string_view text) {
  const auto version = parse_version(text);
  const std::string named(text);
  if (!version) {
    return text.empty() ? "the AXCL runtime does not tell its version"
                        : "the AXCL runtime's version \"" + named + "\" can't be read";
  }
  if (*version >= kOldest) return "";
  return "the AXCL runtime " + named +
         " is older than V2.25.0, the first that axllama knows: install a newer axclhost package "
         "and, with it, the card's firmware";
}

}  // namespace axllama::axcl
