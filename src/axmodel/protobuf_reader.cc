#include "axmodel/protobuf_reader.h"

namespace axllama::axmodel {
namespace {

constexpr uint64_t kMaxFieldNumber = (1U << 29) - 1;

std::string_view wire_name(WireType wire) {
  switch (wire) {
    case WireType::kVarint:
      return "a number";
    case WireType::kFixed64:
      return "eight bytes";
    case WireType::kBytes:
      return "bytes";
    case WireType::kFixed32:
      return "four bytes";
  }
  return "nothing known";
}

std::unexpected<Error> wrong_wire(const Field& field, WireType wanted) {
  return corrupt_at(field.offset, "field " + std::to_string(field.number) + " holds " +
                                      std::string(wire_name(field.wire)) + " instead of " +
                                      std::string(wire_name(wanted)));
}

Slice without_first(const Slice& slice, size_t count) {
  return {slice.bytes.subspan(count), slice.offset + count};
}

}  // namespace

std::unexpected<Error> corrupt_at(uint64_t offset, std::string_view what) {
  return fail(ErrorCode::kCorrupt, "at byte " + std::to_string(offset) + ": " + std::string(what));
}

Result<Slice> Field::bytes() const {
  if (wire != WireType::kBytes) return wrong_wire(*this, WireType::kBytes);
  return payload;
}

Result<std::string_view> Field::text() const {
  AX_TRY(const Slice slice, bytes());
  return std::string_view(reinterpret_cast<const char*>(slice.bytes.data()), slice.bytes.size());
}

Result<int64_t> Field::integer() const {
  if (wire != WireType::kVarint) return wrong_wire(*this, WireType::kVarint);
  return static_cast<int64_t>(value);
}

Result<uint64_t> take_varint(Slice& bytes) {
  constexpr size_t kLongest = 10;
  uint64_t value = 0;
  for (size_t i = 0; i < bytes.bytes.size() && i < kLongest; ++i) {
    const auto byte = std::to_integer<uint64_t>(bytes.bytes[i]);
    value |= (byte & 0x7f) << (7 * i);
    if (byte < 0x80) {
      bytes = without_first(bytes, i + 1);
      return value;
    }
  }
  if (bytes.bytes.size() >= kLongest) return corrupt_at(bytes.offset, "a number without end");
  return corrupt_at(bytes.offset, "the data ends inside a number");
}

Result<Slice> FieldReader::take(uint64_t count, uint64_t field_offset) {
  if (count > left_.bytes.size()) {
    return corrupt_at(field_offset, "a field of " + std::to_string(count) + " bytes, but only " +
                                        std::to_string(left_.bytes.size()) + " are left");
  }
  const Slice taken{left_.bytes.first(count), left_.offset};
  left_ = without_first(left_, count);
  return taken;
}

Result<Field> FieldReader::next() {
  Field field;
  field.offset = left_.offset;
  AX_TRY(const uint64_t tag, take_varint(left_));
  if (tag >> 3 == 0 || tag >> 3 > kMaxFieldNumber) {
    return corrupt_at(field.offset, "no field begins here");
  }
  field.number = static_cast<uint32_t>(tag >> 3);
  field.wire = static_cast<WireType>(tag & 7);
  AX_CHECK(read_value(field));
  return field;
}

Result<void> FieldReader::read_value(Field& field) {
  const Slice start = left_;
  switch (field.wire) {
    case WireType::kVarint: {
      AX_TRY(field.value, take_varint(left_));
      field.payload = {start.bytes.first(left_.offset - start.offset), start.offset};
      return {};
    }
    case WireType::kBytes: {
      AX_TRY(const uint64_t length, take_varint(left_));
      AX_TRY(field.payload, take(length, field.offset));
      return {};
    }
    case WireType::kFixed32:
    case WireType::kFixed64: {
      AX_TRY(field.payload, take(field.wire == WireType::kFixed32 ? 4 : 8, field.offset));
      return {};
    }
  }
  return corrupt_at(field.offset, "a field of wire type " +
                                      std::to_string(static_cast<int>(field.wire)) +
                                      ", which ONNX files don't have");
}

}  // namespace axllama::axmodel
