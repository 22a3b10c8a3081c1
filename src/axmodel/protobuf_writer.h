// Protobuf's wire format, written to memory: fields are appended to a message's bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace axllama::axmodel {

class MessageWriter {
 public:
  MessageWriter& integer(uint32_t field, int64_t value);
  // A text, raw bytes, or a message made by another writer.
  MessageWriter& bytes(uint32_t field, std::string_view content);
  // The tag and length of `size` bytes that follow elsewhere. The length always takes five bytes,
  // so that what follows has a fixed place; size < 2^35.
  MessageWriter& bytes_header(uint32_t field, uint64_t size);
  static constexpr uint64_t kMaxHeaderSize = (uint64_t{1} << 35) - 1;

  const std::string& message() const { return message_; }

 private:
  void varint(uint64_t value);
  std::string message_;
};

}  // namespace axllama::axmodel
