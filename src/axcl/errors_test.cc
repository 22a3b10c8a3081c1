#include "axcl/errors.h"

#include <gtest/gtest.h>

namespace axllama::axcl {
namespace {

TEST(AxclErrors, codes_are_built_as_the_runtime_builds_them) {
  EXPECT_EQ(static_cast<uint32_t>(code(Sub::kDevice, Err::kOpen)), 0x8030010BU);
  EXPECT_EQ(static_cast<uint32_t>(code(Sub::kContext, Err::kNoBindContext)), 0x80300284U);
  EXPECT_EQ(static_cast<uint32_t>(code(Sub::kEngine, Err::kNullPointer)), 0x80300702U);
}

TEST(AxclErrors, a_known_code_says_what_happened_and_what_to_do) {
  const Error error = error_of("loading layer 3", code(Sub::kMemory, Err::kNoMemory));
  EXPECT_EQ(error.code, ErrorCode::kNoMemory);
  EXPECT_EQ(error.message, "loading layer 3: out of card memory (0x80300507)");
  EXPECT_NE(error.hint, "");
}

TEST(AxclErrors, a_code_without_a_row_is_described_by_its_error_part) {
  EXPECT_EQ(describe(code(Sub::kStream, Err::kTimeout)),
            "the card did not answer in time (0x80300305)");
  EXPECT_EQ(error_of("x", code(Sub::kStream, Err::kTimeout)).code, ErrorCode::kTimeout);
}

TEST(AxclErrors, an_unknown_code_is_named_by_its_number) {
  EXPECT_EQ(describe(-2), "unknown error (0xfffffffe)");
}

TEST(AxclErrors, zero_is_success) {
  EXPECT_TRUE(check(0, "x"));
  EXPECT_FALSE(check(-1, "x"));
}

}  // namespace
}  // namespace axllama::axcl
