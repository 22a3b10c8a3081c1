#include "standin/pack/quantise.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <utility>

#include "standin/compute/layer_spec.h"

namespace axllama::pack {
namespace {

constexpr std::array kNames = {
    std::pair{WeightType::kBf16, "bf16"},
    std::pair{WeightType::kInt8, "int8"},
    std::pair{WeightType::kInt4, "int4"},
};

float largest(std::span<const float> values) {
  float most = 0;
  for (const float value : values) most = std::max(most, std::abs(value));
  return most;
}

// Writes `values` as integers of [-limit, limit] and gives their scale.
float to_integers(std::span<const float> values, int limit, int8_t* integers) {
  const float scale = largest(values) / static_cast<float>(limit);
  const float inverse = scale > 0 ? 1 / scale : 0;
  for (size_t i = 0; i < values.size(); ++i) {
    const long rounded = std::lrintf(values[i] * inverse);
    integers[i] = static_cast<int8_t>(std::clamp<long>(rounded, -limit, limit));
  }
  return scale;
}

Quantised to_bf16_rows(std::span<const float> values) {
  Quantised stored;
  stored.values.resize(values.size() * sizeof(uint16_t));
  for (size_t i = 0; i < values.size(); ++i) {
    const uint16_t value = to_bf16(values[i]);
    std::memcpy(stored.values.data() + i * sizeof(value), &value, sizeof(value));
  }
  return stored;
}

Quantised to_int8_rows(std::span<const float> values, size_t columns) {
  Quantised stored;
  stored.values.resize(values.size());
  auto* integers = reinterpret_cast<int8_t*>(stored.values.data());
  for (size_t at = 0; at < values.size(); at += columns) {
    stored.scales.push_back(to_integers(values.subspan(at, columns), 127, integers + at));
  }
  return stored;
}

void append_nibbles(std::span<const int8_t> integers, std::vector<std::byte>& to) {
  for (size_t i = 0; i < integers.size(); i += 2) {
    const int pair = (integers[i] & 0xF) | (integers[i + 1] & 0xF) << 4;
    to.push_back(static_cast<std::byte>(pair));
  }
}

Quantised to_int4_rows(std::span<const float> values, size_t columns) {
  Quantised stored;
  stored.values.reserve(values.size() / 2);
  std::array<int8_t, standin::kInt4Group> integers = {};
  for (size_t row = 0; row < values.size(); row += columns) {
    for (size_t column = 0; column < columns; column += integers.size()) {
      const size_t count = std::min(integers.size(), columns - column);
      stored.scales.push_back(to_integers(values.subspan(row + column, count), 7, integers.data()));
      append_nibbles({integers.data(), count}, stored.values);
    }
  }
  return stored;
}

}  // namespace

const char* weight_type_name(WeightType type) {
  return std::ranges::find(kNames, type, &std::pair<WeightType, const char*>::first)->second;
}

Result<WeightType> weight_type_from_name(std::string_view name) {
  for (const auto& [type, known] : kNames) {
    if (name == known) return type;
  }
  return fail(ErrorCode::kInvalidArgument, fmt::format("unknown weight type \"{}\"", name),
              "bf16, int8 or int4");
}

uint16_t to_bf16(float value) {
  const auto bits = std::bit_cast<uint32_t>(value);
  if (std::isnan(value)) return static_cast<uint16_t>(bits >> 16 | 0x40);
  return static_cast<uint16_t>((bits + 0x7FFF + (bits >> 16 & 1)) >> 16);
}

float from_bf16(uint16_t value) {
  return std::bit_cast<float>(uint32_t{value} << 16);
}

int64_t scales_per_row(WeightType type, int64_t columns) {
  switch (type) {
    case WeightType::kBf16:
      return 0;
    case WeightType::kInt8:
      return 1;
    case WeightType::kInt4:
      return (columns + standin::kInt4Group - 1) / standin::kInt4Group;
  }
  return 0;
}

uint64_t row_bytes(WeightType type, int64_t columns) {
  const auto count = static_cast<uint64_t>(columns);
  switch (type) {
    case WeightType::kBf16:
      return count * 2;
    case WeightType::kInt8:
      return count;
    case WeightType::kInt4:
      return count / 2;
  }
  return 0;
}

Quantised quantise(WeightType type, std::span<const float> values, int64_t columns) {
  switch (type) {
    case WeightType::kBf16:
      return to_bf16_rows(values);
    case WeightType::kInt8:
      return to_int8_rows(values, static_cast<size_t>(columns));
    case WeightType::kInt4:
      return to_int4_rows(values, static_cast<size_t>(columns));
  }
  return {};
}

}  // namespace axllama::pack
