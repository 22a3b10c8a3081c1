// Broken containers: whatever the bytes are, parsing ends in a container that holds together or in
// an error. A forbidden page lies behind the bytes of every case.
#include <gmock/gmock.h>

#include <random>

#include "axmodel/test_support.h"

namespace axllama::axmodel {
namespace {

// `bytes` with a few of them changed, inserted, removed or repeated.
std::string mutate(std::string bytes, std::mt19937& random) {
  const auto below = [&random](size_t limit) {
    return std::uniform_int_distribution<size_t>(0, limit - 1)(random);
  };
  constexpr std::string_view kNumbers("\x00\x01\x7f\x80\xff", 5);
  for (size_t i = 1 + below(4); i > 0 && !bytes.empty(); --i) {
    const size_t at = below(bytes.size());
    switch (below(6)) {
      case 0:
        bytes[at] = kNumbers[below(kNumbers.size())];
        break;
      case 1:
        bytes[at] = static_cast<char>(bytes[at] ^ (1 << below(8)));
        break;
      case 2:
        bytes.insert(at, 1, static_cast<char>(below(256)));
        break;
      case 3:
        bytes.erase(at, 1 + below(20));
        break;
      case 4:
        bytes.insert(at, bytes.substr(below(bytes.size()), 1 + below(60)));
        break;
      default:
        bytes[at] = static_cast<char>(bytes[at] + 1);
        break;
    }
  }
  return bytes;
}

TEST(HostileContainer, file_cut_short_anywhere_is_corrupt) {
  const std::string whole = written(layer(2));
  ASSERT_TRUE(parse(whole));
  for (size_t length = 0; length < whole.size(); ++length) {
    EXPECT_EQ(error_of(whole.substr(0, length)).code, ErrorCode::kCorrupt) << length;
  }
}

TEST(HostileContainer, mutated_file_holds_together_or_is_refused) {
  std::mt19937 random(20260507);
  const std::string good = written(layer(3));
  int refused = 0;
  constexpr int kRounds = 20'000;
  for (int i = 0; i < kRounds; ++i) {
    const std::string bytes = mutate(good, random);
    const auto container = parse(bytes);
    if (container) expect_sound(*container);
    if (!container) ++refused;
    ASSERT_FALSE(testing::Test::HasFailure()) << "round " << i;
  }
  // Both kinds have come up, or the mutations are no test.
  EXPECT_GT(refused, kRounds / 4);
  EXPECT_LT(refused, kRounds);
}

TEST(HostileContainer, random_bytes_are_refused) {
  std::mt19937 random(1);
  for (int i = 0; i < 2'000; ++i) {
    std::string bytes(1 + random() % 300, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    EXPECT_FALSE(parse(bytes)) << i;
  }
}

}  // namespace
}  // namespace axllama::axmodel
