#include "core/device.h"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace axllama {
namespace {

constexpr int kMostCards = 256;  // of the card's driver
constexpr std::string_view kNpu = "npu";

}  // namespace

Result<DeviceWish> parse_device(std::string_view text) {
  std::string word(text);
  std::ranges::transform(word, word.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  using Kind = DeviceWish::Kind;
  if (word.empty() || word == "auto") return DeviceWish{};
  if (word == "cpu") return DeviceWish{Kind::kCpu};
  if (word == kNpu) return DeviceWish{Kind::kNpu};
  if (word.starts_with("npu:")) {
    const std::string_view number = std::string_view(word).substr(kNpu.size() + 1);
    int card = 0;
    const char* const last = number.data() + number.size();
    const auto [end, error] = std::from_chars(number.data(), last, card);
    if (error == std::errc() && end == last && card >= 0 && card < kMostCards) {
      return DeviceWish{Kind::kNpu, card};
    }
  }
  return fail(ErrorCode::kInvalidArgument, "invalid device \"" + std::string(text) + "\"",
              "use cpu, npu, or npu:1 for the second card");
}

std::string device_text(const DeviceWish& wish) {
  switch (wish.kind) {
    case DeviceWish::Kind::kAny:
      return "";
    case DeviceWish::Kind::kCpu:
      return "cpu";
    case DeviceWish::Kind::kNpu:
      return wish.card ? "npu:" + std::to_string(*wish.card) : "npu";
  }
  return "";
}

}  // namespace axllama
