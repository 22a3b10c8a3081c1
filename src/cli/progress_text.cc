#include "cli/progress_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/format.h"
#include "cli/terminal.h"

namespace axllama::cli {
namespace {

int percent_of(const Bar& bar) {
  if (bar.total == 0) return 0;
  const double share = static_cast<double>(bar.completed) / static_cast<double>(bar.total);
  return std::clamp(static_cast<int>(share * 100), 0, 100);
}

std::string numbers_of(const Bar& bar) {
  if (bar.completed >= bar.total) return " " + format_bytes(bar.total);
  std::string text = " " + format_bytes(bar.completed) + "/" + format_bytes(bar.total);
  if (bar.rate == 0) return text;
  const auto left = std::chrono::seconds((bar.total - bar.completed) / bar.rate);
  return text + fmt::format("   {}/s   {}", format_bytes(bar.rate), format_duration(left));
}

std::string repeat(const char* letter, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) text += letter;
  return text;
}

}  // namespace

std::string bar_text(const Bar& bar, int columns) {
  const int percent = percent_of(bar);
  const std::string front = fmt::format("{}: {}% ", bar.label, percent);
  const std::string numbers = numbers_of(bar);
  constexpr int kEnds = 2, kLeastBar = 4;
  const int room = columns - text_columns(front) - text_columns(numbers) - kEnds;
  if (room < kLeastBar) return front + numbers.substr(1);
  const int full = room * percent / 100;
  return front + "▕" + repeat("█", full) + repeat(" ", room - full) + "▏" + numbers;
}

std::string load_text(std::string_view name, double share, int columns) {
  const int percent = std::clamp(static_cast<int>(share * 100), 0, 100);
  const std::string front = fmt::format("loading {}: {}% ", name, percent);
  constexpr int kEnds = 2, kLeastBar = 4, kMostBar = 40;
  const int room = std::min(columns - text_columns(front) - kEnds, kMostBar);
  if (room < kLeastBar) return front;
  const int full = room * percent / 100;
  return front + "▕" + repeat("█", full) + repeat(" ", room - full) + "▏";
}

std::string spinner_text(int64_t n) {
  constexpr std::array kPictures = {"⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"};
  return kPictures[static_cast<size_t>(n) % kPictures.size()];
}

}  // namespace axllama::cli
