// Protobuf's wire format, read from memory: the fields of one message, one after another. Every
// length is checked against the message; nothing is copied or allocated.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace axllama::axmodel {

// Bytes, and where the first of them lies in the file.
struct Slice {
  std::span<const std::byte> bytes;
  uint64_t offset = 0;
};

enum class WireType : uint8_t { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

struct Field {
  uint32_t number = 0;
  WireType wire = WireType::kVarint;
  uint64_t offset = 0;  // of its tag, from the start of the file
  uint64_t value = 0;   // kVarint only
  Slice payload;        // the bytes after the tag, for kBytes after the length

  // kCorrupt when the field is of another wire type.
  Result<Slice> bytes() const;
  Result<std::string_view> text() const;  // may be any bytes; valid as long as the file's
  Result<int64_t> integer() const;
};

// kCorrupt "at byte <offset>: <what>".
std::unexpected<Error> corrupt_at(uint64_t offset, std::string_view what);

// Goes through a message's fields. All errors are kCorrupt, with the offset.
class FieldReader {
 public:
  explicit FieldReader(Slice message) : left_(message) {}

  bool done() const { return left_.bytes.empty(); }
  // Call only when not done.
  Result<Field> next();

 private:
  Result<void> read_value(Field& field);
  Result<Slice> take(uint64_t count, uint64_t field_offset);
  Slice left_;
};

// One varint at the start of `bytes`, which lose it. kCorrupt when it is cut off or longer than ten
// bytes.
Result<uint64_t> take_varint(Slice& bytes);

// Numbers of a packed list, each a varint. `take(int64_t)` returns Result<void>.
template <class Take>
Result<void> for_each_varint(Slice list, Take take) {
  while (!list.bytes.empty()) {
    AX_TRY(const uint64_t value, take_varint(list));
    AX_CHECK(take(static_cast<int64_t>(value)));
  }
  return {};
}

}  // namespace axllama::axmodel
