#include "base/digest.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <vector>

#include "base/fd.h"

namespace axllama {
namespace {

namespace fs = std::filesystem;

constexpr const char* kOfNothing =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
constexpr const char* kOfAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

TEST(Sha256, gives_the_published_digests) {
  EXPECT_EQ(sha256_hex(""), kOfNothing);
  EXPECT_EQ(sha256_hex("abc"), kOfAbc);
  EXPECT_EQ(sha256_hex(std::string(1'000'000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, pieces_give_the_digest_of_the_whole) {
  Sha256 digest;
  digest.update("a");
  digest.update("");
  digest.update("bc");
  EXPECT_EQ(digest.hex(), kOfAbc);
}

TEST(Sha256, goes_on_after_a_move) {
  Sha256 first;
  first.update("ab");
  Sha256 second(std::move(first));
  second.update("c");
  EXPECT_EQ(second.hex(), kOfAbc);
}

TEST(Sha256File, digests_a_file_and_tells_how_far_it_is) {
  const fs::path file = fs::temp_directory_path() / ("axllama-digest-" + std::to_string(getpid()));
  const std::string content(3'000'000, 'a');
  ASSERT_TRUE(write_file_atomically(file, content));
  std::vector<uint64_t> told;
  const auto digest = sha256_file(file, [&](uint64_t bytes) { told.push_back(bytes); });
  fs::remove(file);
  EXPECT_EQ(digest, sha256_hex(content));
  ASSERT_GE(told.size(), 2u);
  EXPECT_TRUE(std::ranges::is_sorted(told));
  EXPECT_EQ(told.back(), content.size());
}

TEST(Sha256File, missing_file_is_not_found) {
  EXPECT_EQ(sha256_file("/no/such/file").error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace axllama
