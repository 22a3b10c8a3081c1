// Which version of the runtime this is, of its text: "V3.6.5_20250908020603_ID". Pure.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace axllama::axcl {

struct Version {
  int major = 0;
  int minor = 0;
  int patch = 0;
  auto operator<=>(const Version&) const = default;
};

// What this project knows and was made for. Older runtimes lack functions, or groups of shapes.
inline constexpr Version kOldest = {2, 25, 0};

// Of the beginning of `text`: an optional V, three numbers with dots between (the third may be
// missing), then the end, a "_", a "-" or a blank. Nothing when it is something else.
std::optional<Version> parse_version(std::string_view text);

// Whether runs on a stream (axclrtEngineExecuteAsync) can be hoped for: seen from 3.6.5 on, and
// refused by 2.25. Unknown versions may.
bool streams_expected(const std::optional<Version>& version);

// What a person should know of a runtime that calls itself `text`, and do: that it is older than
// kOldest, or that its version can't be read. "" when there is nothing to say.
std::string version_remark(std::string_view text);

}  // namespace axllama::axcl
