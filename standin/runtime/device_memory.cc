#include "standin/runtime/device_memory.h"

#include <sys/mman.h>

#include <algorithm>

namespace axllama::standin {
namespace {

uint64_t align_up(uint64_t address, uint64_t alignment) {
  return (address + alignment - 1) / alignment * alignment;
}

uint64_t first_fit(uint64_t from, uint64_t alignment) {
  const uint64_t address = align_up(from, alignment);
  const bool too_good = alignment < 4096 && address % (2 * alignment) == 0;
  return too_good ? address + alignment : address;
}

}  // namespace

uint64_t DeviceMemory::find_gap(uint64_t bytes, uint64_t alignment) const {
  uint64_t from = kFirstAddress;
  for (const auto& [address, allocation] : allocations_) {
    const uint64_t fit = first_fit(from, alignment);
    if (fit + bytes <= address) return fit;
    from = address + allocation.bytes;
  }
  const uint64_t fit = first_fit(from, alignment);
  return fit + bytes <= end_ ? fit : 0;
}

std::optional<uint64_t> DeviceMemory::allocate(uint64_t bytes, uint64_t alignment) {
  const std::scoped_lock lock(mutex_);
  if (bytes > end_ - kFirstAddress) return std::nullopt;
  const uint64_t address = find_gap(bytes, std::max<uint64_t>(alignment, 128));
  if (address == 0) return std::nullopt;
  std::shared_ptr<Backing> backing = Backing::poisoned(bytes);
  if (!backing) return std::nullopt;
  allocations_[address] = {bytes, std::move(backing)};
  allocated_ += bytes;
  return address;
}

std::optional<uint64_t> DeviceMemory::free(uint64_t address) {
  const std::scoped_lock lock(mutex_);
  const auto found = allocations_.find(address);
  if (found == allocations_.end()) return std::nullopt;
  const uint64_t bytes = found->second.bytes;
  allocations_.erase(found);
  allocated_ -= bytes;
  return bytes;
}

std::optional<DeviceRange> DeviceMemory::find(uint64_t address, uint64_t bytes) const {
  const std::scoped_lock lock(mutex_);
  auto after = allocations_.upper_bound(address);
  if (after == allocations_.begin()) return std::nullopt;
  const auto& [begin, allocation] = *--after;
  const uint64_t offset = address - begin;
  if (offset >= allocation.bytes || bytes > allocation.bytes - offset) return std::nullopt;
  return DeviceRange{allocation.backing, begin, address,
                     allocation.backing->bytes().subspan(offset, bytes)};
}

void DeviceMemory::clear() {
  const std::scoped_lock lock(mutex_);
  allocations_.clear();
  allocated_ = 0;
}

uint64_t DeviceMemory::allocated() const {
  const std::scoped_lock lock(mutex_);
  return allocated_;
}

bool reserve_device_addresses(uint64_t bytes) {
  static const bool reserved = [bytes] {
    void* want = reinterpret_cast<void*>(kFirstAddress);  // NOLINT: a number, never read
    return ::mmap(want, bytes, PROT_NONE,
                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0) == want;
  }();
  return reserved;
}

}  // namespace axllama::standin
