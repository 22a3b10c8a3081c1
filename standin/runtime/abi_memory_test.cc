#include <sys/mman.h>

#include <cerrno>

#include "standin/runtime/abi_fixture.h"

namespace axllama::standin {
namespace {

uint64_t number(const void* pointer) {
  return reinterpret_cast<uint64_t>(pointer);
}

TEST_F(AbiTest, addresses_are_numbers_of_the_card) {
  start();
  char* first = allocate(1);
  EXPECT_GE(number(first), 0x14926f000U);
  EXPECT_EQ(number(first) % 128, 0U);
  EXPECT_LT(number(first), uint64_t{1} << 34);
}

TEST_F(AbiTest, strict_addresses_are_aligned_to_128_and_no_better) {
  settings("profile = strict");
  start();
  for (int i = 0; i < 4; ++i) EXPECT_EQ(number(allocate(1000)) % 256, 128U);
}

TEST_F(AbiTest, fresh_memory_is_poison_small_or_large) {
  start();
  for (const size_t bytes : {size_t{100}, size_t{40} << 20}) {
    char* memory = allocate(bytes);
    EXPECT_EQ(read(memory, 100), std::string(100, '\xFF'));
    EXPECT_EQ(read(memory + bytes - 50, 50), std::string(50, '\xFF'));
  }
}

TEST_F(AbiTest, reused_memory_is_poison_again) {
  start();
  char* memory = allocate(4096);
  ASSERT_EQ(api.axclrtMemset(memory, 0, 4096), 0);
  ASSERT_EQ(api.axclrtFree(memory), 0);
  char* again = allocate(4096);
  ASSERT_EQ(again, memory);
  EXPECT_EQ(read(again, 16), std::string(16, '\xFF'));
}

TEST_F(AbiTest, copies_take_pointers_into_the_middle) {
  start();
  char* memory = allocate(64);
  char* other = allocate(64);
  ASSERT_EQ(api.axclrtMemcpy(memory + 10, "hello", 5, CopyKind::kHostToDevice), 0);
  ASSERT_EQ(api.axclrtMemcpy(other + 3, memory + 10, 5, CopyKind::kDeviceToDevice), 0);
  EXPECT_EQ(read(other + 3, 5), "hello");
  EXPECT_EQ(api.axclrtMemcmp(memory + 10, other + 3, 5), 0);
  ASSERT_EQ(api.axclrtMemset(other + 4, 'u', 1), 0);
  EXPECT_NE(api.axclrtMemcmp(memory + 10, other + 3, 5), 0);
  EXPECT_EQ(read(other + 3, 5), "hullo");
}

TEST_F(AbiTest, host_pointers_are_no_device_memory) {
  start();
  char host[16] = {};
  char* memory = allocate(16);
  EXPECT_EQ(bits(api.axclrtMemcpy(host, host, 16, CopyKind::kHostToDevice)), 0x80300581);
  EXPECT_EQ(bits(api.axclrtMemcpy(host, host, 16, CopyKind::kDeviceToHost)), 0x80300581);
  EXPECT_EQ(bits(api.axclrtMemcpy(memory, host, 16, CopyKind::kDeviceToDevice)), 0x80300581);
  EXPECT_EQ(bits(api.axclrtMemset(host, 0, 16)), 0x80300581);
  EXPECT_EQ(bits(api.axclrtMemset(memory + 1, 0, 16)), 0x80300581);
  EXPECT_EQ(bits(api.axclrtMemcpy(memory, host, 16, CopyKind::kHostPhysicalToDevice)), 0x80300504);
}

TEST_F(AbiTest, host_to_host_needs_no_card) {
  char to[4] = {};
  EXPECT_EQ(api.axclrtMemcpy(to, "abc", 4, CopyKind::kHostToHost), 0);
  EXPECT_STREQ(to, "abc");
}

TEST_F(AbiTest, free_flush_and_invalidate_want_the_exact_base) {
  start();
  char* memory = allocate(4096);
  EXPECT_EQ(bits(api.axclrtFree(memory + 128)), 0x80300581);
  EXPECT_EQ(bits(api.axclrtMemFlush(memory + 128, 128)), 0x80300581);
  EXPECT_EQ(bits(api.axclrtMemInvalidate(memory + 128, 128)), 0x80300581);
  EXPECT_EQ(api.axclrtMemFlush(memory, 4096), 0);
  EXPECT_EQ(api.axclrtFree(memory), 0);
  EXPECT_EQ(bits(api.axclrtFree(memory)), 0x80300581);
}

TEST_F(AbiTest, card_memory_runs_out_and_comes_back) {
  start();
  const size_t three = size_t{3} << 30;
  char* first = allocate(three);
  char* second = allocate(three);
  void* third = nullptr;
  EXPECT_EQ(bits(api.axclrtMalloc(&third, three, MallocPolicy::kHugeFirst)), 0x80300507);
  EXPECT_EQ(third, nullptr);
  ASSERT_EQ(api.axclrtFree(first), 0);
  EXPECT_EQ(allocate(three), first);
  EXPECT_NE(first, second);
}

TEST_F(AbiTest, one_allocation_stays_below_four_gigabytes) {
  start();
  void* memory = nullptr;
  EXPECT_EQ(bits(api.axclrtMalloc(&memory, size_t{4} << 30, MallocPolicy::kHugeFirst)), 0x80300507);
  EXPECT_NE(allocate((size_t{4} << 30) - 4096), nullptr);
}

TEST_F(AbiTest, malloc_host_is_malloc) {
  void* host = nullptr;
  ASSERT_EQ(api.axclrtMallocHost(&host, 100), 0);
  std::free(host);
  EXPECT_EQ(api.axclrtFreeHost(std::malloc(10)), 0);
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST_F(AbiTest, the_host_can_not_read_card_memory) {
  start();
  char* memory = allocate(4096);
  // write() reports a bad address instead of dying of it.
  int pipe_ends[2];
  ASSERT_EQ(::pipe(pipe_ends), 0);
  EXPECT_EQ(::write(pipe_ends[1], memory, 16), -1);
  EXPECT_EQ(errno, EFAULT);
  ::close(pipe_ends[0]);
  ::close(pipe_ends[1]);
}
#endif

TEST_F(AbiTest, out_of_memory_strikes_where_it_is_set) {
  settings("out_of_memory_at = 10000");
  start();
  allocate(8000);
  void* memory = nullptr;
  EXPECT_EQ(bits(api.axclrtMalloc(&memory, 4096, MallocPolicy::kHugeFirst)), 0x80300507);
}

TEST_F(AbiTest, two_cards_have_memories_of_their_own) {
  settings("cards = 3,129");
  start();
  char* on_first = allocate(128);
  axcl::Context second = nullptr;
  ASSERT_EQ(api.axclrtCreateContext(&second, 129), 0);
  EXPECT_EQ(bits(api.axclrtFree(on_first)), 0x80300581);
}

}  // namespace
}  // namespace axllama::standin
