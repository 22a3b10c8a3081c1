#include "base/byte_size.h"

#include <gtest/gtest.h>

namespace axllama {
namespace {

TEST(ByteSize, numbers_with_and_without_units_are_read) {
  struct Row {
    const char* text;
    uint64_t bytes;
  };
  for (const auto& [text, bytes] : {
           Row{"0", 0},
           Row{"4096", 4096},
           Row{"7B", 7},
           Row{"3KB", 3000},
           Row{"3KiB", 3072},
           Row{"3k", 3072},
           Row{"512MiB", 512ULL << 20},
           Row{"2GiB", 2ULL << 30},
           Row{"2gib", 2ULL << 30},
           Row{"2g", 2ULL << 30},
           Row{"1.5 GB", 1'500'000'000},
           Row{"1TiB", 1ULL << 40},
       }) {
    const Result<uint64_t> read = parse_bytes(text);
    ASSERT_TRUE(read) << text;
    EXPECT_EQ(*read, bytes) << text;
  }
}

TEST(ByteSize, what_is_no_size_is_refused) {
  for (const char* text : {"", " ", "GiB", "-1", "+1", "1e3", "inf", "nan", "0x10", "2 GiB x",
                           "2Gi", "1.5.5", "1,5GB", ".5GB"}) {
    const Result<uint64_t> read = parse_bytes(text);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().code, ErrorCode::kInvalidArgument);
    EXPECT_NE(read.error().message.find(text), std::string::npos);
  }
}

TEST(ByteSize, what_no_number_holds_is_too_much) {
  EXPECT_EQ(parse_bytes("9000000TiB").error().message, "\"9000000TiB\" is too much");
  EXPECT_FALSE(parse_bytes("9223372036854775808"));
}

}  // namespace
}  // namespace axllama
