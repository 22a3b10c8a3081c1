#include "standin/pack/element_types.h"

#include <fmt/format.h>

#include <cstring>
#include <limits>

namespace axllama::pack {
namespace {

void copy_floats(const void* from, float* to, int64_t count) {
  std::memcpy(to, from, static_cast<size_t>(count) * sizeof(float));
}

Result<ToFloat> conversion(const std::string& origin, ggml_type type) {
  if (type == GGML_TYPE_F32) return copy_floats;
  if (type >= 0 && type < GGML_TYPE_COUNT) {
    const ggml_type_traits* traits = ggml_get_type_traits(type);
    if (traits->to_float != nullptr) return traits->to_float;
    return fail(ErrorCode::kUnsupported,
                fmt::format("tensor {} is of type {}, which can't be turned into numbers", origin,
                            traits->type_name != nullptr ? traits->type_name : "unknown"));
  }
  return fail(ErrorCode::kCorrupt,
              fmt::format("tensor {} is of unknown type {}", origin, static_cast<int>(type)));
}

}  // namespace

Result<SourceTensor> source_tensor(const std::string& origin, ggml_type type, int64_t rows,
                                   int64_t columns, const std::byte* data, uint64_t available) {
  AX_TRY(const ToFloat to_float, conversion(origin, type));
  const int64_t block = ggml_blck_size(type);
  constexpr int64_t kMost = std::numeric_limits<int32_t>::max();
  if (rows < 1 || columns < 1 || rows > kMost || columns > kMost || columns % block != 0) {
    return fail(ErrorCode::kCorrupt, fmt::format("tensor {} is {} x {}", origin, rows, columns));
  }
  const uint64_t row_bytes = ggml_row_size(type, columns);
  if (row_bytes > available / static_cast<uint64_t>(rows)) {
    return fail(ErrorCode::kCorrupt,
                fmt::format("tensor {} reaches past the end of its file", origin),
                "the download may be incomplete");
  }
  return SourceTensor{.origin = origin,
                      .rows = rows,
                      .columns = columns,
                      .data = data,
                      .row_bytes = row_bytes,
                      .to_float = to_float};
}

}  // namespace axllama::pack
