// Owned memory at a cache line's border, not initialised.
#pragma once

#include <cstddef>
#include <memory>
#include <new>

namespace axllama::standin {

inline constexpr std::align_val_t kCacheLine{64};

struct AlignedDelete {
  void operator()(std::byte* bytes) const { ::operator delete(bytes, kCacheLine); }
};
using AlignedBytes = std::unique_ptr<std::byte[], AlignedDelete>;

inline AlignedBytes aligned_bytes(size_t size) {
  return AlignedBytes(static_cast<std::byte*>(::operator new(size, kCacheLine)));
}

}  // namespace axllama::standin
