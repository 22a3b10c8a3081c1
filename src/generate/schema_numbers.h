// Numbers with bounds, as grammar rules.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace axllama {

// Whole bounds; fractions between them are allowed.
struct NumberBounds {
  std::optional<int64_t> minimum;
  std::optional<int64_t> maximum;
  bool above_minimum = false;  // and not the minimum itself
  bool below_maximum = false;
};

// The right side of a grammar rule for such numbers, without exponents and with at most 15 digits
// behind the point; "" when there is none.
std::string number_rule(const NumberBounds& bounds);

}  // namespace axllama
