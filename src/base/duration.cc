#include "base/duration.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <utility>

namespace axllama {
namespace {

constexpr uint64_t kMicrosecond = 1000;
constexpr uint64_t kMillisecond = 1000 * kMicrosecond;
constexpr uint64_t kSecond = 1000 * kMillisecond;
constexpr uint64_t kMinute = 60 * kSecond;
constexpr uint64_t kHour = 60 * kMinute;
// Magnitudes are kept unsigned up to this, so that the most negative duration can be read.
constexpr uint64_t kLargest = uint64_t{1} << 63;

struct Unit {
  std::string_view name;
  uint64_t nanoseconds;
};

constexpr std::array kUnits = {
    Unit{"ns", 1},
    Unit{"us", kMicrosecond},
    Unit{"\u00b5s", kMicrosecond},  // the micro sign
    Unit{"\u03bcs", kMicrosecond},  // the Greek letter
    Unit{"ms", kMillisecond},
    Unit{"s", kSecond},
    Unit{"m", kMinute},
    Unit{"h", kHour},
};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Go's time package quotes byte by byte: anything that is not printable ASCII becomes \xhh.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < ' ' || byte >= 0x80) {
      out += fmt::format("\\x{:02x}", byte);
      continue;
    }
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

// Reads one duration from left to right.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text), rest_(text) {}

  Result<Nanoseconds> read() {
    const bool negative = take_sign();
    if (rest_ == "0") return Nanoseconds(0);
    if (rest_.empty()) return invalid();
    uint64_t sum = 0;
    while (!rest_.empty()) {
      AX_TRY(const uint64_t part, read_part());
      sum += part;
      if (sum > kLargest) return invalid();
    }
    if (!negative && sum == kLargest) return invalid();
    return Nanoseconds(static_cast<int64_t>(negative ? 0 - sum : sum));
  }

 private:
  std::unexpected<Error> invalid() const {
    return fail(ErrorCode::kInvalidArgument, "time: invalid duration " + quoted(text_));
  }

  bool take_sign() {
    if (rest_.empty() || (rest_[0] != '-' && rest_[0] != '+')) return false;
    const bool negative = rest_[0] == '-';
    rest_.remove_prefix(1);
    return negative;
  }

  std::string_view take_while(auto belongs) {
    size_t length = 0;
    while (length < rest_.size() && belongs(rest_[length])) ++length;
    const std::string_view taken = rest_.substr(0, length);
    rest_.remove_prefix(length);
    return taken;
  }

  // One number with its unit, in nanoseconds.
  Result<uint64_t> read_part() {
    const std::string_view whole = take_while(is_digit);
    std::string_view fraction;
    if (rest_.starts_with('.')) {
      rest_.remove_prefix(1);
      fraction = take_while(is_digit);
    }
    if (whole.empty() && fraction.empty()) return invalid();
    uint64_t number = 0;
    for (const char digit : whole) {
      if (number > kLargest / 10) return invalid();
      number = number * 10 + static_cast<uint64_t>(digit - '0');
    }
    AX_TRY(const uint64_t unit, read_unit());
    if (number > kLargest / unit) return invalid();
    return number * unit + scaled(fraction, unit);
  }

  Result<uint64_t> read_unit() {
    const std::string_view name = take_while([](char c) { return c != '.' && !is_digit(c); });
    if (name.empty()) {
      return fail(ErrorCode::kInvalidArgument, "time: missing unit in duration " + quoted(text_));
    }
    for (const Unit& unit : kUnits) {
      if (unit.name == name) return unit.nanoseconds;
    }
    return fail(ErrorCode::kInvalidArgument,
                "time: unknown unit " + quoted(name) + " in duration " + quoted(text_));
  }

  // 0.<digits> of a unit. Digits that no longer fit into 63 bits are below any nanosecond.
  static uint64_t scaled(std::string_view digits, uint64_t unit) {
    uint64_t number = 0;
    double scale = 1;
    for (const char digit : digits) {
      if (number > (kLargest - 1) / 10) break;
      const uint64_t next = number * 10 + static_cast<uint64_t>(digit - '0');
      if (next > kLargest) break;
      number = next;
      scale *= 10;
    }
    return static_cast<uint64_t>(static_cast<double>(number) * (static_cast<double>(unit) / scale));
  }

  std::string_view text_;
  std::string_view rest_;
};

// `value` units with their decimals, no trailing zeros: (1500, 1000) is "1.5".
std::string decimal(uint64_t value, uint64_t unit) {
  std::string text = fmt::format("{}", value / unit);
  uint64_t rest = value % unit;
  if (rest == 0) return text;
  text += '.';
  for (; rest != 0; rest = rest * 10 % unit) {
    text += static_cast<char>('0' + rest * 10 / unit);
  }
  return text;
}

std::string format_magnitude(uint64_t value) {
  if (value == 0) return "0s";
  if (value < kMicrosecond) return decimal(value, 1) + "ns";
  if (value < kMillisecond) return decimal(value, kMicrosecond) + "\u00b5s";
  if (value < kSecond) return decimal(value, kMillisecond) + "ms";
  const std::string seconds = decimal(value % kMinute, kSecond) + "s";
  if (value < kMinute) return seconds;
  const uint64_t minutes = value / kMinute;
  if (value < kHour) return fmt::format("{}m{}", minutes, seconds);
  return fmt::format("{}h{}m{}", minutes / 60, minutes % 60, seconds);
}

}  // namespace

Result<Nanoseconds> parse_duration(std::string_view text) {
  return Reader(text).read();
}

std::string format_duration(Nanoseconds duration) {
  const bool negative = duration.count() < 0;
  const auto bits = static_cast<uint64_t>(duration.count());
  return (negative ? "-" : "") + format_magnitude(negative ? 0 - bits : bits);
}

std::string human_duration(Nanoseconds duration) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(duration).count();
  if (seconds < 1) return "Less than a second";
  if (seconds == 1) return "1 second";
  if (seconds < 60) return fmt::format("{} seconds", seconds);
  const auto minutes = seconds / 60;
  if (minutes == 1) return "About a minute";
  if (minutes < 60) return fmt::format("{} minutes", minutes);
  const auto hours = (minutes + 30) / 60;  // unlike chrono::round, safe for kForever
  if (hours == 1) return "About an hour";
  if (hours < 48) return fmt::format("{} hours", hours);
  const auto days = hours / 24;
  if (days < 14) return fmt::format("{} days", days);
  if (days < 60) return fmt::format("{} weeks", days / 7);
  if (days < 730) return fmt::format("{} months", days / 30);
  return fmt::format("{} years", days / 365);
}

}  // namespace axllama
