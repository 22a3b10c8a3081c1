// Weights in the forms a packed layer carries (layer_spec.h). Pure functions of rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace axllama::pack {

enum class WeightType { kBf16, kInt8, kInt4 };

// "bf16", "int8", "int4" and back; kInvalidArgument for another name.
const char* weight_type_name(WeightType type);
Result<WeightType> weight_type_from_name(std::string_view name);

// Nearest, ties to even; NaN stays NaN.
uint16_t to_bf16(float value);
float from_bf16(uint16_t value);

// Scales of one row of `columns`: 0 for bf16, 1 for int8, one a group of 128 for int4.
int64_t scales_per_row(WeightType type, int64_t columns);
// Bytes of one row of `columns`. For int4 `columns` is even.
uint64_t row_bytes(WeightType type, int64_t columns);

// Rows in their stored form, row after row.
struct Quantised {
  std::vector<std::byte> values;  // row_bytes a row
  std::vector<float> scales;      // scales_per_row a row
};
// `values` holds whole rows of `columns`. Symmetric: q = round(w / scale), scale = max|w| / 127 (7
// for int4) over the row (the group); a row of zeros has scale 0. Int4: two in a byte, low nibble
// first, two's complement.
Quantised quantise(WeightType type, std::span<const float> values, int64_t columns);

}  // namespace axllama::pack
