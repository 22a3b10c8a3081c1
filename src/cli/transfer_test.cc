#include "cli/transfer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/test_server.h"

namespace axllama::cli {
namespace {

struct Followed {
  Result<void> result;
  std::string shown;
};

Followed follow(const std::string& body) {
  const TestServer server({{"POST /api/pull", TestAnswer{200, body}}});
  testing::internal::CaptureStderr();
  Progress progress;
  Result<void> result = follow_transfer(Api(server.endpoint()), "/api/pull", "{}", progress);
  return {std::move(result), testing::internal::GetCapturedStderr()};
}

TEST(Transfer, body_names_the_model_and_whether_http_will_do) {
  EXPECT_EQ(transfer_body("a\"b", true), R"({"model":"a\"b","insecure":true,"stream":true})");
}

TEST(Transfer, each_status_is_one_line_where_nobody_looks) {
  const Followed followed = follow(
      "{\"status\":\"pulling manifest\"}\n"
      "{\"status\":\"pulling abc\",\"digest\":\"sha256:abc\",\"total\":10}\n"
      "{\"status\":\"pulling abc\",\"digest\":\"sha256:abc\",\"total\":10,\"completed\":10}\n"
      "{\"status\":\"success\"}\n");
  EXPECT_TRUE(followed.result);
  EXPECT_EQ(followed.shown, "pulling manifest\npulling abc\nsuccess\n");
}

TEST(Transfer, the_servers_error_is_the_commands) {
  const Followed followed = follow("{\"status\":\"pulling manifest\"}\n{\"error\":\"no room\"}\n");
  ASSERT_FALSE(followed.result);
  EXPECT_EQ(followed.result.error().message, "no room");
}

TEST(Transfer, an_answer_without_an_end_is_no_success) {
  const Followed followed = follow("{\"status\":\"pulling manifest\"}\n");
  ASSERT_FALSE(followed.result);
  EXPECT_EQ(followed.result.error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace axllama::cli
