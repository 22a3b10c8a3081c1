#include "store/gguf_scalar.h"

namespace axllama::store {
namespace {

// The longest texts are chat templates and licenses.
constexpr uint64_t kMaxString = 16 << 20;
constexpr uint64_t kMaxHeader = 256 << 20;

// Reads a T and keeps it as a Kept. Values are made in place: GCC 12 takes a moved variant for one
// that may not be set.
template <class T, class Kept>
Result<GgufValue> read_number(ByteCursor& cursor) {
  AX_TRY(const T value, cursor.number<T>());
  return Result<GgufValue>(std::in_place, std::in_place_type<Kept>, value);
}

Result<GgufValue> read_string(ByteCursor& cursor) {
  AX_TRY(const uint64_t length, cursor.number<uint64_t>());
  if (length > kMaxString) {
    return corrupt_gguf("a string of " + std::to_string(length) + " bytes");
  }
  AX_TRY(std::string text, cursor.text(length));
  return Result<GgufValue>(std::in_place, std::in_place_type<std::string>, std::move(text));
}

Result<GgufValue> read_bool(ByteCursor& cursor) {
  AX_TRY(const uint8_t value, cursor.number<uint8_t>());
  return Result<GgufValue>(std::in_place, std::in_place_type<bool>, value != 0);
}

}  // namespace

Result<GgufType> gguf_type(uint32_t number) {
  if (number <= static_cast<uint32_t>(GgufType::kFloat64)) return static_cast<GgufType>(number);
  return corrupt_gguf("a value of type " + std::to_string(number));
}

uint64_t gguf_scalar_size(GgufType type) {
  switch (type) {
    case GgufType::kUint8:
    case GgufType::kInt8:
    case GgufType::kBool:
      return 1;
    case GgufType::kUint16:
    case GgufType::kInt16:
      return 2;
    case GgufType::kUint32:
    case GgufType::kInt32:
    case GgufType::kFloat32:
      return 4;
    case GgufType::kUint64:
    case GgufType::kInt64:
    case GgufType::kFloat64:
      return 8;
    case GgufType::kString:
    case GgufType::kArray:
      return 0;
  }
  return 0;
}

Result<GgufValue> read_gguf_scalar(ByteCursor& cursor, GgufType type) {
  switch (type) {
    case GgufType::kUint8:
      return read_number<uint8_t, uint64_t>(cursor);
    case GgufType::kInt8:
      return read_number<int8_t, int64_t>(cursor);
    case GgufType::kUint16:
      return read_number<uint16_t, uint64_t>(cursor);
    case GgufType::kInt16:
      return read_number<int16_t, int64_t>(cursor);
    case GgufType::kUint32:
      return read_number<uint32_t, uint64_t>(cursor);
    case GgufType::kInt32:
      return read_number<int32_t, int64_t>(cursor);
    case GgufType::kFloat32:
      return read_number<float, float>(cursor);
    case GgufType::kUint64:
      return read_number<uint64_t, uint64_t>(cursor);
    case GgufType::kInt64:
      return read_number<int64_t, int64_t>(cursor);
    case GgufType::kFloat64:
      return read_number<double, double>(cursor);
    case GgufType::kBool:
      return read_bool(cursor);
    case GgufType::kString:
      return read_string(cursor);
    case GgufType::kArray:
      break;
  }
  return corrupt_gguf("an array where a single value belongs");
}

Result<std::string> read_gguf_name(ByteCursor& cursor, uint64_t limit) {
  AX_TRY(const uint64_t length, cursor.number<uint64_t>());
  if (length == 0 || length > limit) {
    return corrupt_gguf("a name of " + std::to_string(length) + " bytes");
  }
  return cursor.text(length);
}

Result<void> check_gguf_length(const ByteCursor& cursor) {
  if (cursor.position() <= kMaxHeader) return {};
  return corrupt_gguf("the header is longer than " + std::to_string(kMaxHeader) + " bytes");
}

std::unexpected<Error> corrupt_gguf(std::string message) {
  return fail(ErrorCode::kCorrupt, std::move(message));
}

std::unexpected<Error> gguf_error_at(const std::string& place, Error error) {
  error.message = place + ": " + error.message;
  return std::unexpected(std::move(error));
}

}  // namespace axllama::store
