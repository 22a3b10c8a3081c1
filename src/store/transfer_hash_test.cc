#include "store/transfer_hash.h"

#include <gtest/gtest.h>

#include <cstring>

#include "base/digest.h"

namespace axllama::store {
namespace {

FollowingHash::Read reader(const std::string& bytes) {
  return [&bytes](uint64_t offset, char* into, size_t room) -> Result<size_t> {
    const size_t count = std::min(room, bytes.size() - static_cast<size_t>(offset));
    std::memcpy(into, bytes.data() + offset, count);
    return count;
  };
}

TEST(FollowingHash, follows_what_becomes_whole) {
  const std::string bytes(3'000'000, 'x');
  FollowingHash hash(reader(bytes));
  for (uint64_t whole = 0; whole < bytes.size(); whole += 700'000) hash.advance(whole);
  EXPECT_EQ(hash.finish(bytes.size(), {}).value(), "sha256:" + sha256_hex(bytes));
}

TEST(FollowingHash, nothing_has_a_digest_too) {
  const std::string bytes;
  FollowingHash hash(reader(bytes));
  EXPECT_EQ(hash.finish(0, {}).value(), "sha256:" + sha256_hex(""));
}

TEST(FollowingHash, an_error_of_reading_is_its_end) {
  FollowingHash hash([](uint64_t, char*, size_t) -> Result<size_t> {
    return fail(ErrorCode::kIo, "broken disk");
  });
  EXPECT_EQ(hash.finish(5, {}).error().message, "broken disk");
}

TEST(FollowingHash, a_file_that_is_shorter_is_an_error) {
  const std::string bytes = "abc";
  FollowingHash hash(reader(bytes));
  EXPECT_FALSE(hash.finish(5, {}));
}

TEST(FollowingHash, it_ends_when_it_is_let_go_early) {
  const std::string bytes(100, 'x');
  FollowingHash hash(reader(bytes));
  hash.advance(50);
}

}  // namespace
}  // namespace axllama::store
