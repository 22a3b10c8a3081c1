// One card's memory as one process sees it: addresses, sizes and what lies behind them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>

#include "standin/runtime/backing.h"

namespace axllama::standin {

// Where the card's memory begins. The host can't read there: device pointers are numbers.
inline constexpr uint64_t kFirstAddress = 0x14926f000;

// A stretch of the card's memory. Holding it keeps the memory behind it alive, even when the
// program frees it meanwhile.
struct DeviceRange {
  std::shared_ptr<Backing> backing;
  uint64_t allocation = 0;  // address at which its allocation begins
  uint64_t address = 0;     // where it begins itself
  std::span<std::byte> bytes;

  uint64_t offset() const { return address - allocation; }
};

// Any thread may call. `bytes` are those of the card's whole memory.
class DeviceMemory {
 public:
  explicit DeviceMemory(uint64_t bytes) : end_(kFirstAddress + bytes) {}

  // An address that is a multiple of `alignment` and not of twice it, when that is below 4096: a
  // program that relies on more is to notice. Nothing when no gap is large enough.
  std::optional<uint64_t> allocate(uint64_t bytes, uint64_t alignment);
  // Bytes that allocate(bytes) took, when `address` is exactly where an allocation begins.
  std::optional<uint64_t> free(uint64_t address);
  // [address, address + bytes) when it lies inside one allocation.
  std::optional<DeviceRange> find(uint64_t address, uint64_t bytes) const;
  // Frees all.
  void clear();
  uint64_t allocated() const;

 private:
  struct Allocation {
    uint64_t bytes = 0;
    std::shared_ptr<Backing> backing;  // shared with the DeviceRanges in use
  };
  uint64_t find_gap(uint64_t bytes, uint64_t alignment) const;

  mutable std::mutex mutex_;
  const uint64_t end_;
  uint64_t allocated_ = 0;
  std::map<uint64_t, Allocation> allocations_;  // by first address
};

// Makes the first bytes of the card's address range unreadable for the host, once, where nothing is
// mapped there yet. False when something is.
bool reserve_device_addresses(uint64_t bytes);

}  // namespace axllama::standin
