#include "standin/runtime/device_memory.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace axllama::standin {
namespace {

TEST(DeviceMemory, begins_at_the_cards_first_address) {
  DeviceMemory memory(1 << 20);
  EXPECT_EQ(memory.allocate(100, 4096), 0x14926f000U);
  EXPECT_EQ(memory.allocated(), 100U);
}

TEST(DeviceMemory, freed_gap_is_used_again) {
  DeviceMemory memory(1 << 20);
  const auto first = memory.allocate(4096, 4096);
  memory.allocate(4096, 4096);
  ASSERT_EQ(memory.free(*first), 4096U);
  EXPECT_EQ(memory.allocate(4000, 4096), first);
}

TEST(DeviceMemory, gap_that_is_too_small_is_left) {
  DeviceMemory memory(1 << 20);
  const auto first = memory.allocate(4096, 4096);
  const auto second = memory.allocate(4096, 4096);
  memory.free(*first);
  EXPECT_GT(*memory.allocate(5000, 4096), *second);
}

TEST(DeviceMemory, is_full_when_no_gap_suffices) {
  DeviceMemory memory(8192);
  EXPECT_FALSE(memory.allocate(8193, 128));
  EXPECT_TRUE(memory.allocate(8192, 4096));
  EXPECT_FALSE(memory.allocate(1, 128));
}

TEST(DeviceMemory, ranges_end_with_their_allocation) {
  DeviceMemory memory(1 << 20);
  const uint64_t address = *memory.allocate(100, 4096);
  ASSERT_TRUE(memory.find(address + 40, 60));
  EXPECT_EQ(memory.find(address + 40, 60)->offset(), 40U);
  EXPECT_FALSE(memory.find(address + 40, 61));
  EXPECT_FALSE(memory.find(address + 100, 0));
  EXPECT_FALSE(memory.find(address - 1, 1));
  EXPECT_FALSE(memory.find(address, UINT64_MAX));
}

TEST(DeviceMemory, range_outlives_its_allocation) {
  DeviceMemory memory(1 << 20);
  const uint64_t address = *memory.allocate(100, 4096);
  const DeviceRange range = *memory.find(address, 100);
  memory.clear();
  EXPECT_EQ(range.bytes[99], kPoison);
  EXPECT_FALSE(memory.find(address, 1));
}

TEST(Backing, sparse_copy_equals_its_source) {
  std::vector<std::byte> source(20'000);
  source[5'000] = source[19'999] = std::byte{7};
  const auto copy = Backing::zeroed(source.size());
  copy_sparse(source, copy->bytes());
  EXPECT_TRUE(std::ranges::equal(source, copy->bytes()));
}

TEST(Backing, large_poison_has_no_gap_between_its_pieces) {
  const auto memory = Backing::poisoned((33 << 20) + 5);
  for (size_t at = 0; at < memory->bytes().size(); at += 4095) {
    ASSERT_EQ(memory->bytes()[at], kPoison) << at;
  }
  memory->bytes()[20 << 20] = std::byte{1};
  EXPECT_EQ(memory->bytes()[4 << 20], kPoison);
}

}  // namespace
}  // namespace axllama::standin
