#include "store/transfer_retry.h"

#include <gtest/gtest.h>

namespace axllama::store {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(TransferRetry, only_what_may_get_better_is_tried_again) {
  for (const int status : {408, 429, 500, 502, 503, 504}) EXPECT_TRUE(worth_retrying(status));
  for (const int status : {200, 206, 301, 400, 401, 403, 404, 412, 416, 501, 505}) {
    EXPECT_FALSE(worth_retrying(status)) << status;
  }
}

TEST(TransferRetry, retry_after_is_seconds_or_a_date) {
  const auto now = std::chrono::system_clock::from_time_t(784111777);  // Sun 06 Nov 1994 08:49:37
  EXPECT_EQ(parse_retry_after("3", now), seconds(3));
  EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:49:47 GMT", now), seconds(10));
  EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:49:00 GMT", now), seconds(0));
  EXPECT_EQ(parse_retry_after("99999999999999999999", now), seconds(300));
  EXPECT_EQ(parse_retry_after("-4", now), seconds(0));
  EXPECT_FALSE(parse_retry_after("soon", now));
  EXPECT_FALSE(parse_retry_after("", now));
}

TEST(TransferRetry, waits_double_up_to_an_end_and_differ) {
  EXPECT_EQ(back_off(seconds(1), 1, 1), seconds(1));
  EXPECT_EQ(back_off(seconds(1), 4, 1), seconds(8));
  EXPECT_EQ(back_off(seconds(1), 4, 0), seconds(4));
  EXPECT_EQ(back_off(seconds(1), 1000, 1), seconds(300));
  EXPECT_EQ(back_off(milliseconds(10), 2, 0.5), milliseconds(15));
}

}  // namespace
}  // namespace axllama::store
