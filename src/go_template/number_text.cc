#include "go_template/number_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>

namespace axllama::go_template {
namespace {

// The longest: 309 digits before the point and as many behind it as a precision may ask for.
constexpr int kMostPrecision = 1100;

std::string converted(double value, std::chars_format format, int precision) {
  std::array<char, 2048> buffer;
  const auto result =
      precision < 0 ? std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, format)
                    : std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, format,
                                    std::min(precision, kMostPrecision));
  return {buffer.data(), result.ptr};
}

// Go gives an exponent two digits at least.
std::string hexadecimal(double value, int precision) {
  std::string text = converted(std::abs(value), std::chars_format::hex, precision);
  const size_t mark = text.find('p');
  std::string exponent = text.substr(mark + 2);
  if (exponent.size() < 2) exponent.insert(0, "0");
  return (std::signbit(value) ? "-0x" : "0x") + text.substr(0, mark + 2) + exponent;
}

// The mantissa as a whole number, and the power of two it is to be multiplied with.
std::string binary(double value) {
  constexpr int kMantissaBits = 52, kSmallest = -1074;
  int exponent = 0;
  double mantissa = std::frexp(value, &exponent);
  exponent = value == 0.0 ? kSmallest : std::max(exponent - kMantissaBits - 1, kSmallest);
  mantissa = std::ldexp(value, -exponent);
  return fmt::format("{}{}p{:+d}", std::signbit(value) ? "-" : "",
                     static_cast<int64_t>(std::abs(mantissa)), exponent);
}

// Shortest digits; Go takes the exponent form from a million on, as with six digits of precision.
std::string shortest_general(double value) {
  std::string text = converted(value, std::chars_format::scientific, -1);
  const int exponent = std::atoi(text.c_str() + text.find('e') + 1);
  if (exponent < -4 || exponent >= 6) return text;
  return converted(value, std::chars_format::fixed, -1);
}

}  // namespace

std::string real_text(double value, char form, int precision) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value < 0 ? "-Inf" : "+Inf";
  const char lower = static_cast<char>(form | 0x20);
  std::string text;
  if (lower == 'b') {
    text = binary(value);
  } else if (lower == 'x') {
    text = hexadecimal(value, precision);
  } else if (lower == 'g' && precision < 0) {
    text = shortest_general(value);
  } else {
    const auto format = lower == 'e'   ? std::chars_format::scientific
                        : lower == 'f' ? std::chars_format::fixed
                                       : std::chars_format::general;
    text = converted(value, format, lower == 'g' ? std::max(precision, 1) : precision);
  }
  if (form != lower) {
    for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return text;
}

}  // namespace axllama::go_template
