// Memory of the card.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "axcl/functions.h"
#include "base/result.h"

namespace axllama::axcl {

// An address on the card; arithmetic is allowed, looking at it is not.
using Address = std::byte*;

// What an allocation of so many bytes takes of the card: whole pages of 4 KB.
constexpr uint64_t card_bytes(uint64_t bytes) {
  return (bytes + 4095) / 4096 * 4096;
}

// An owned allocation. Fresh memory holds anything, NaN included. Free it on a thread that is bound
// to its card.
class Memory {
 public:
  Memory() = default;
  // `what` names it in the error: "the key cache of layer 3".
  static Result<Memory> allocate(const Functions& call, size_t bytes, const std::string& what);
  Memory(Memory&& other) noexcept;
  Memory& operator=(Memory&& other) noexcept;
  ~Memory();

  Address at(size_t offset = 0) const { return base_ + offset; }
  size_t bytes() const { return bytes_; }
  explicit operator bool() const { return base_ != nullptr; }

 private:
  const Functions* call_ = nullptr;
  Address base_ = nullptr;
  size_t bytes_ = 0;
};

// All of them block until the card has done it.
Result<void> upload(const Functions& call, Address to, std::span<const std::byte> from);
Result<void> download(const Functions& call, std::span<std::byte> to, Address from);
Result<void> copy_on_card(const Functions& call, Address to, Address from, size_t bytes);
// Sets each byte; by an upload where the driver has no Memset.
Result<void> fill(const Functions& call, Address to, uint8_t value, size_t bytes);

}  // namespace axllama::axcl
