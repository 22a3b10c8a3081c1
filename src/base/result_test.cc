#include "base/result.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace axllama {
namespace {

constexpr auto kLastCode = static_cast<int>(ErrorCode::kTimeout);

Result<int> half(int number) {
  if (number % 2 != 0) return fail(ErrorCode::kInvalidArgument, "odd", "give an even number");
  return number / 2;
}

Result<int> quarter(int number) {
  AX_TRY(const int first, half(number));
  AX_TRY(const int second, half(first));
  return second;
}

Result<void> check(int number) {
  AX_CHECK(half(number));
  return {};
}

TEST(Result, every_code_has_a_name_of_its_own_that_leads_back_to_it) {
  std::set<std::string> names;
  for (int i = 0; i <= kLastCode; ++i) {
    const auto code = static_cast<ErrorCode>(i);
    EXPECT_TRUE(names.insert(error_name(code)).second) << error_name(code);
    EXPECT_EQ(error_from_name(error_name(code)), code) << error_name(code);
  }
}

TEST(Result, every_code_has_an_http_error_status) {
  for (int i = 0; i <= kLastCode; ++i) {
    const int status = http_status(static_cast<ErrorCode>(i));
    EXPECT_GE(status, 400) << i;
    EXPECT_LT(status, 600) << i;
  }
}

TEST(Result, statuses_are_those_that_clients_of_ollama_know) {
  EXPECT_EQ(http_status(ErrorCode::kInvalidArgument), 400);
  EXPECT_EQ(http_status(ErrorCode::kNotFound), 404);
  EXPECT_EQ(http_status(ErrorCode::kCanceled), 499);
  EXPECT_EQ(http_status(ErrorCode::kInternal), 500);
  EXPECT_EQ(http_status(ErrorCode::kBusy), 503);
}

TEST(Result, unknown_name_is_an_internal_error) {
  EXPECT_EQ(error_from_name("nobody_knows"), ErrorCode::kInternal);
  EXPECT_EQ(error_from_name(""), ErrorCode::kInternal);
}

TEST(Result, text_shows_the_hint_in_brackets_when_there_is_one) {
  EXPECT_EQ((Error{.message = "no room"}.text()), "no room");
  EXPECT_EQ((Error{.message = "no room", .hint = "make some"}.text()), "no room (make some)");
}

TEST(Result, try_gives_the_value_or_leaves_with_the_first_error) {
  EXPECT_EQ(quarter(8), 2);
  ASSERT_FALSE(quarter(6));
  EXPECT_EQ(quarter(6).error(), (Error{ErrorCode::kInvalidArgument, "odd", "give an even number"}));
}

TEST(Result, check_leaves_with_the_error_and_drops_the_value) {
  EXPECT_TRUE(check(2));
  EXPECT_EQ(check(1).error().message, "odd");
}

}  // namespace
}  // namespace axllama
