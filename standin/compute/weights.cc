#include "standin/compute/weights.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstring>

namespace axllama::standin {
namespace {

using axmodel::ElementType;
using axmodel::Initializer;

std::unexpected<Error> corrupt(std::string_view name, std::string_view what) {
  return fail(ErrorCode::kCorrupt, fmt::format("weight \"{}\" {}", name, what));
}

Result<void> expect_dims(const Initializer& initializer, const std::vector<int64_t>& dims) {
  if (initializer.dims == dims) return {};
  return corrupt(initializer.name,
                 fmt::format("is [{}], its layer's description asks for [{}]",
                             fmt::join(initializer.dims, ", "), fmt::join(dims, ", ")));
}

int64_t groups_of(int64_t columns) {
  return (columns + kInt4Group - 1) / kInt4Group;
}

AlignedBytes bf16_of_int8(std::span<const std::byte> quants) {
  AlignedBytes expanded = aligned_bytes(quants.size() * sizeof(uint16_t));
  auto* out = reinterpret_cast<ggml_bf16_t*>(expanded.get());
  for (size_t i = 0; i < quants.size(); ++i) {
    out[i] = ggml_fp32_to_bf16(static_cast<float>(static_cast<int8_t>(quants[i])));
  }
  return expanded;
}

// Element `index` of a run of two's complement nibbles, low nibble first.
int int4_at(std::span<const std::byte> quants, size_t index) {
  const int byte = std::to_integer<int>(quants[index / 2]);
  const int nibble = index % 2 == 0 ? byte & 15 : byte >> 4;
  return (nibble ^ 8) - 8;
}

AlignedBytes f32_of_int4(std::span<const std::byte> quants, std::span<const float> scales,
                         size_t rows, size_t columns) {
  AlignedBytes expanded = aligned_bytes(rows * columns * sizeof(float));
  auto* out = reinterpret_cast<float*>(expanded.get());
  const auto groups = static_cast<size_t>(groups_of(static_cast<int64_t>(columns)));
  for (size_t row = 0; row < rows; ++row) {
    for (size_t column = 0; column < columns; ++column) {
      const size_t index = row * columns + column;
      out[index] =
          static_cast<float>(int4_at(quants, index)) * scales[row * groups + column / kInt4Group];
    }
  }
  return expanded;
}

}  // namespace

Result<std::span<const std::byte>> Weights::bytes(const Initializer& initializer) const {
  uint64_t elements = 1;
  for (const int64_t dim : initializer.dims) elements *= static_cast<uint64_t>(dim);
  const auto bits = static_cast<uint64_t>(axmodel::element_bits(initializer.type));
  if (initializer.bytes != (elements * bits + 7) / 8) {
    return corrupt(initializer.name, fmt::format("has {} bytes, its shape needs {}",
                                                 initializer.bytes, (elements * bits + 7) / 8));
  }
  if (initializer.offset > file_.size() || initializer.bytes > file_.size() - initializer.offset) {
    return corrupt(initializer.name, "ends past the end of the file");
  }
  return file_.subspan(initializer.offset, initializer.bytes);
}

Result<std::vector<float>> Weights::floats(std::string_view name, std::vector<int64_t> dims) const {
  const Initializer* initializer = container_.initializer(name);
  if (initializer == nullptr) return corrupt(name, "is missing");
  if (initializer->type != ElementType::kFloat) return corrupt(name, "is not FLOAT");
  AX_CHECK(expect_dims(*initializer, dims));
  AX_TRY(const auto data, bytes(*initializer));
  std::vector<float> values(data.size() / sizeof(float));
  std::memcpy(values.data(), data.data(), data.size());
  return values;
}

Result<std::vector<float>> Weights::vector(std::string_view name, int64_t size) const {
  return floats(name, {size});
}

Result<std::vector<float>> Weights::optional_vector(std::string_view name, int64_t size) const {
  if (container_.initializer(name) == nullptr) return std::vector<float>{};
  return floats(name, {size});
}

Result<Matrix> Weights::matrix(std::string_view name, int64_t rows, int64_t columns) const {
  const Initializer* initializer = container_.initializer(name);
  if (initializer == nullptr) return corrupt(name, "is missing");
  AX_CHECK(expect_dims(*initializer, {rows, columns}));
  AX_TRY(const auto data, bytes(*initializer));
  const std::string scale_name = std::string(name) + ".scale";
  Matrix matrix;
  matrix.rows = rows;
  matrix.columns = columns;
  matrix.data = data.data();
  if (initializer->type == ElementType::kBfloat16) return matrix;
  if (initializer->type == ElementType::kInt8) {
    AX_TRY(matrix.scale, floats(scale_name, {rows}));
    matrix.expanded = bf16_of_int8(data);
  } else if (initializer->type == ElementType::kInt4) {
    AX_TRY(const auto scales, floats(scale_name, {rows, groups_of(columns)}));
    matrix.type = GGML_TYPE_F32;
    matrix.expanded =
        f32_of_int4(data, scales, static_cast<size_t>(rows), static_cast<size_t>(columns));
  } else {
    return corrupt(name, "is not BFLOAT16, INT8 or INT4");
  }
  matrix.data = matrix.expanded.get();
  return matrix;
}

}  // namespace axllama::standin
