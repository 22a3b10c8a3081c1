#include "serve/model_source.h"

#include <algorithm>
#include <cctype>
#include <string>

namespace axllama::serve {
namespace {

enum class Source { kUnsaid, kLocal, kCloud };

struct Sourced {
  std::string_view name;  // without the source
  Source source = Source::kUnsaid;
};

bool same_letters(std::string_view text, std::string_view lower) {
  return std::ranges::equal(text, lower, {},
                            [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
}

Sourced split_source(std::string_view text) {
  constexpr std::string_view kCloudEnding = "-cloud";
  const size_t colon = text.rfind(':');
  if (colon == text.npos) return {text};
  const std::string_view tag = text.substr(colon + 1);
  if (same_letters(tag, "local")) return {text.substr(0, colon), Source::kLocal};
  if (same_letters(tag, "cloud")) return {text.substr(0, colon), Source::kCloud};
  const bool is_tag = tag.find('/') == tag.npos && tag.size() >= kCloudEnding.size();
  if (is_tag && same_letters(tag.substr(tag.size() - kCloudEnding.size()), kCloudEnding)) {
    return {text.substr(0, text.size() - kCloudEnding.size()), Source::kCloud};
  }
  return {text};
}

}  // namespace

std::unexpected<Error> cloud_disabled(std::string_view operation) {
  return fail(ErrorCode::kForbidden, "ollama cloud is disabled: " + std::string(operation));
}

Result<std::string_view> local_name(std::string_view sent, std::string_view unavailable) {
  const Sourced outer = split_source(sent);
  if (outer.source == Source::kUnsaid) return sent;
  if (split_source(outer.name).source != Source::kUnsaid) {
    return fail(ErrorCode::kInvalidArgument,
                "use either :local or :cloud, not both: \"" + std::string(sent) + "\"");
  }
  if (outer.source == Source::kCloud) return cloud_disabled(unavailable);
  return outer.name;
}

}  // namespace axllama::serve
