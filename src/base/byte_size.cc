#include "base/byte_size.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <string>

namespace axllama {
namespace {

struct Unit {
  std::string_view name;
  double bytes;
};

constexpr double kKibi = 1024;
constexpr std::array kUnits = {
    Unit{"", 1},
    Unit{"b", 1},
    Unit{"kb", 1e3},
    Unit{"mb", 1e6},
    Unit{"gb", 1e9},
    Unit{"tb", 1e12},
    Unit{"kib", kKibi},
    Unit{"mib", kKibi* kKibi},
    Unit{"gib", kKibi* kKibi* kKibi},
    Unit{"tib", kKibi* kKibi* kKibi* kKibi},
    Unit{"k", kKibi},
    Unit{"m", kKibi* kKibi},
    Unit{"g", kKibi* kKibi* kKibi},
    Unit{"t", kKibi* kKibi* kKibi* kKibi},
};
constexpr double kLimit = 9223372036854775808.0;  // 2^63

std::string lower(std::string_view text) {
  std::string lowered(text);
  std::ranges::transform(lowered, lowered.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lowered;
}

}  // namespace

Result<uint64_t> parse_bytes(std::string_view text) {
  const auto refuse = [&](const char* why) {
    return fail(ErrorCode::kInvalidArgument, "\"" + std::string(text) + "\" " + why,
                "a size is a number and a unit, such as 512MiB or 2GB");
  };
  double number = 0;
  const bool digit_first = !text.empty() && std::isdigit(static_cast<unsigned char>(text[0]));
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  if (!digit_first || error != std::errc()) return refuse("is no size");
  std::string_view unit(end, text.data() + text.size());
  while (unit.starts_with(' ')) unit.remove_prefix(1);
  const auto found = std::ranges::find(kUnits, lower(unit), &Unit::name);
  if (found == kUnits.end()) return refuse("is no size");
  if (number * found->bytes >= kLimit) return refuse("is too much");
  return static_cast<uint64_t>(number * found->bytes);
}

}  // namespace axllama
