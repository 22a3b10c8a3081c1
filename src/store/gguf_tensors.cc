#include <limits>
#include <set>

#include "store/gguf.h"
#include "store/gguf_scalar.h"
#include "store/gguf_types.h"

namespace axllama::store {
namespace {

constexpr uint64_t kMaxNameLength = 255;
constexpr uint32_t kMaxDimensions = 4;
constexpr uint64_t kMaxElements = std::numeric_limits<int64_t>::max();

Result<void> read_shape(ByteCursor& cursor, GgufTensor& tensor) {
  AX_TRY(const uint32_t dimensions, cursor.number<uint32_t>());
  if (dimensions > kMaxDimensions) {
    return corrupt_gguf("a tensor of " + std::to_string(dimensions) + " dimensions");
  }
  tensor.elements = 1;
  for (uint32_t i = 0; i < dimensions; ++i) {
    AX_TRY(const uint64_t length, cursor.number<uint64_t>());
    if (length > kMaxElements ||
        __builtin_mul_overflow(tensor.elements, length, &tensor.elements) ||
        tensor.elements > kMaxElements) {
      return corrupt_gguf("a tensor with more elements than can be counted");
    }
    tensor.shape.push_back(length);
  }
  return {};
}

Result<GgufTensor> read_tensor(ByteCursor& cursor) {
  GgufTensor tensor;
  AX_TRY(tensor.name, read_gguf_name(cursor, kMaxNameLength));
  AX_CHECK(read_shape(cursor, tensor));
  AX_TRY(tensor.type, cursor.number<uint32_t>());
  AX_TRY(tensor.offset, cursor.number<uint64_t>());
  return tensor;
}

}  // namespace

Result<void> Gguf::read_tensors(ByteCursor& cursor, uint64_t count) {
  std::set<std::string> names;
  for (uint64_t i = 0; i < count; ++i) {
    auto tensor = read_tensor(cursor);
    if (!tensor) return gguf_error_at("tensor " + std::to_string(i), tensor.error());
    AX_CHECK(check_gguf_length(cursor));
    if (!names.insert(tensor->name).second) {
      return corrupt_gguf("tensor \"" + tensor->name + "\" stands there twice");
    }
    tensors_.push_back(*std::move(tensor));
  }
  return {};
}

Result<void> Gguf::check_data() const {
  for (const GgufTensor& tensor : tensors_) AX_CHECK(check_data(tensor));
  return {};
}

Result<void> Gguf::check_data(const GgufTensor& tensor) const {
  const std::string name = "tensor \"" + tensor.name + "\"";
  const TensorType* type = find_tensor_type(tensor.type);
  if (type == nullptr) {
    return fail(ErrorCode::kUnsupported,
                name + " is of type " + std::to_string(tensor.type) + ", which nothing here loads");
  }
  const uint64_t row = tensor.shape.empty() ? 1 : tensor.shape.front();
  if (row % type->block != 0) {
    return corrupt_gguf(name + " has rows of " + std::to_string(row) + " elements, but " +
                        type->name + " needs whole blocks of " + std::to_string(type->block));
  }
  if (tensor.offset % alignment_ != 0) {
    return corrupt_gguf(name + " starts off its alignment of " + std::to_string(alignment_));
  }
  uint64_t end = 0;
  if (__builtin_mul_overflow(tensor.elements / type->block, type->bytes, &end) ||
      __builtin_add_overflow(end, tensor.offset, &end) ||
      __builtin_add_overflow(end, data_offset_, &end)) {
    return corrupt_gguf(name + " is larger than any file");
  }
  if (end <= file_size()) return {};
  return corrupt_gguf("the file is cut short: " + name + " ends at byte " + std::to_string(end) +
                      ", but the file has " + std::to_string(file_size()) + " bytes");
}

}  // namespace axllama::store
