#include "axcl/memory.h"

#include <utility>
#include <vector>

#include "axcl/errors.h"

namespace axllama::axcl {

Result<Memory> Memory::allocate(const Functions& call, size_t bytes, const std::string& what) {
  void* base = nullptr;
  const Code code = call.axclrtMalloc(&base, bytes, MallocPolicy::kHugeFirst);
  AX_CHECK(check(code, "allocating " + std::to_string(bytes) + " bytes for " + what));
  Memory memory;
  memory.call_ = &call;
  memory.base_ = static_cast<Address>(base);
  memory.bytes_ = bytes;
  return memory;
}

Memory::Memory(Memory&& other) noexcept
    : call_(other.call_),
      base_(std::exchange(other.base_, nullptr)),
      bytes_(std::exchange(other.bytes_, 0)) {}

Memory& Memory::operator=(Memory&& other) noexcept {
  std::swap(call_, other.call_);
  std::swap(base_, other.base_);
  std::swap(bytes_, other.bytes_);
  return *this;
}

Memory::~Memory() {
  if (base_ != nullptr) call_->axclrtFree(base_);
}

Result<void> upload(const Functions& call, Address to, std::span<const std::byte> from) {
  return check(call.axclrtMemcpy(to, from.data(), from.size(), CopyKind::kHostToDevice),
               "sending " + std::to_string(from.size()) + " bytes to the card");
}

Result<void> download(const Functions& call, std::span<std::byte> to, Address from) {
  return check(call.axclrtMemcpy(to.data(), from, to.size(), CopyKind::kDeviceToHost),
               "reading " + std::to_string(to.size()) + " bytes from the card");
}

Result<void> copy_on_card(const Functions& call, Address to, Address from, size_t bytes) {
  return check(call.axclrtMemcpy(to, from, bytes, CopyKind::kDeviceToDevice),
               "copying " + std::to_string(bytes) + " bytes on the card");
}

Result<void> fill(const Functions& call, Address to, uint8_t value, size_t bytes) {
  if (call.axclrtMemset == nullptr) {
    return upload(call, to, std::vector<std::byte>(bytes, std::byte{value}));
  }
  return check(call.axclrtMemset(to, value, bytes),
               "setting " + std::to_string(bytes) + " bytes on the card");
}

}  // namespace axllama::axcl
