#include "api/json_number.h"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <string_view>

namespace axllama::json {
namespace {

// Shortest decimal form: 0.d1d2d3... times ten to the power `point`.
struct Decimal {
  bool negative;
  std::string digits;
  int point;
};

template <class Float>
Decimal shortest(Float value) {
  std::array<char, 64> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), std::abs(value),
                                 std::chars_format::scientific)
                       .ptr;
  const std::string_view text(buffer.data(), end);
  const size_t e = text.find('e');
  int exponent = 0;
  const size_t sign = text[e + 1] == '+' ? 2 : 1;  // from_chars takes no '+'
  std::from_chars(text.data() + e + sign, text.data() + text.size(), exponent);
  Decimal decimal{std::signbit(value), std::string(text.substr(0, 1)), exponent + 1};
  if (e > 2) decimal.digits += text.substr(2, e - 2);
  return decimal;
}

std::string plain(const Decimal& decimal) {
  std::string text = decimal.negative ? "-" : "";
  const int count = static_cast<int>(decimal.digits.size());
  if (decimal.point <= 0) {
    text += "0";
    if (decimal.digits != "0") {
      (text += ".").append(static_cast<size_t>(-decimal.point), '0') += decimal.digits;
    }
  } else if (decimal.point >= count) {
    (text += decimal.digits).append(static_cast<size_t>(decimal.point - count), '0');
  } else {
    text += decimal.digits;
    text.insert(text.size() - static_cast<size_t>(count - decimal.point), ".");
  }
  return text;
}

std::string with_exponent(const Decimal& decimal, int least_exponent_digits) {
  std::string text = decimal.negative ? "-" : "";
  text += decimal.digits[0];
  if (decimal.digits.size() > 1) (text += '.') += decimal.digits.substr(1);
  const int exponent = decimal.point - 1;
  text += exponent < 0 ? "e-" : "e+";
  const std::string number = std::to_string(std::abs(exponent));
  if (static_cast<int>(number.size()) < least_exponent_digits) text += '0';
  return text += number;
}

template <class Float>
std::string json_float(Float value) {
  if (!std::isfinite(value)) value = static_cast<Float>(std::numeric_limits<float>::lowest());
  const Float size = std::abs(value);
  const bool exponent =
      size != 0 && (size < static_cast<Float>(1e-6) || size >= static_cast<Float>(1e21));
  const Decimal decimal = shortest(value);
  return exponent ? with_exponent(decimal, 1) : plain(decimal);
}

}  // namespace

std::string json_number(double value) {
  return json_float(value);
}

std::string json_number(float value) {
  return json_float(value);
}

std::string go_number(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value < 0 ? "-Inf" : "+Inf";
  const Decimal decimal = shortest(value);
  const int exponent = decimal.point - 1;
  return exponent < -4 || exponent >= 6 ? with_exponent(decimal, 2) : plain(decimal);
}

}  // namespace axllama::json
