#include "axmodel/protobuf_writer.h"

#include "axmodel/protobuf_reader.h"

namespace axllama::axmodel {
namespace {

uint64_t tag(uint32_t field, WireType wire) {
  return uint64_t{field} << 3 | static_cast<uint64_t>(wire);
}

}  // namespace

MessageWriter& MessageWriter::integer(uint32_t field, int64_t value) {
  varint(tag(field, WireType::kVarint));
  varint(static_cast<uint64_t>(value));
  return *this;
}

MessageWriter& MessageWriter::bytes(uint32_t field, std::string_view content) {
  varint(tag(field, WireType::kBytes));
  varint(content.size());
  message_ += content;
  return *this;
}

MessageWriter& MessageWriter::bytes_header(uint32_t field, uint64_t size) {
  varint(tag(field, WireType::kBytes));
  for (int shift = 0; shift < 28; shift += 7) {
    message_ += static_cast<char>((size >> shift & 0x7f) | 0x80);
  }
  message_ += static_cast<char>(size >> 28 & 0x7f);
  return *this;
}

void MessageWriter::varint(uint64_t value) {
  for (; value >= 0x80; value >>= 7) message_ += static_cast<char>((value & 0x7f) | 0x80);
  message_ += static_cast<char>(value);
}

}  // namespace axllama::axmodel
