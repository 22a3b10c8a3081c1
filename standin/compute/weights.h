// The weights of a generated container in the form in which ggml multiplies them.
#pragma once

#include <ggml.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "axmodel/container.h"
#include "base/result.h"
#include "standin/compute/aligned_bytes.h"
#include "standin/compute/layer_spec.h"

namespace axllama::standin {

// [rows, columns], row-major: product = scale * (data x input), scale by row.
//   BFLOAT16  data is the file's own, no scale.
//   INT8      data is bf16, which holds every int8 exactly; the scale applies to the f32 sum.
//   INT4      data is f32: q * scale of its group, rounded once to f32; no scale left.
// ggml rounds the input of a bf16 product to bf16, as the card does, and sums in f32.
struct Matrix {
  ggml_type type = GGML_TYPE_BF16;
  int64_t rows = 0;
  int64_t columns = 0;
  const void* data = nullptr;  // in the file or in `expanded`
  AlignedBytes expanded;
  std::vector<float> scale;  // [rows], or empty
};

// Reads initializers out of a container whose bytes outlive the matrices. kCorrupt, naming the
// tensor: it is missing, of another type or shape, or its bytes are not what its shape needs.
class Weights {
 public:
  Weights(const axmodel::Container& container, std::span<const std::byte> file)
      : container_(container), file_(file) {}

  Result<Matrix> matrix(std::string_view name, int64_t rows, int64_t columns) const;
  Result<std::vector<float>> vector(std::string_view name, int64_t size) const;
  // Empty when the container has no such tensor.
  Result<std::vector<float>> optional_vector(std::string_view name, int64_t size) const;

 private:
  Result<std::span<const std::byte>> bytes(const axmodel::Initializer& initializer) const;
  Result<std::vector<float>> floats(std::string_view name, std::vector<int64_t> dims) const;

  const axmodel::Container& container_;
  std::span<const std::byte> file_;
};

}  // namespace axllama::standin
