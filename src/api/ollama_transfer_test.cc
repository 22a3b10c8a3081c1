#include "api/ollama_transfer.h"

#include <gtest/gtest.h>

namespace axllama::ollama {
namespace {

TEST(Transfer, name_stands_for_model_and_a_stream_is_the_default) {
  const auto body = read_pull(R"({"name":"qwen3:4b","insecure":true})");
  ASSERT_TRUE(body);
  EXPECT_EQ(body->model, "qwen3:4b");
  EXPECT_TRUE(body->insecure);
  EXPECT_TRUE(body->stream);
}

TEST(Transfer, model_goes_before_name) {
  const auto body = read_push(R"({"name":"a","model":"b","stream":false})");
  ASSERT_TRUE(body);
  EXPECT_EQ(body->model, "b");
  EXPECT_FALSE(body->stream);
}

TEST(Transfer, a_wrong_type_is_told_in_gos_words) {
  const auto body = read_pull(R"({"model":1})");
  ASSERT_FALSE(body);
  EXPECT_EQ(body.error().code, ErrorCode::kInvalidArgument);
  EXPECT_NE(body.error().message.find("PullRequest.model of type string"), std::string::npos);
}

TEST(Transfer, a_line_leaves_out_what_says_nothing) {
  EXPECT_EQ(transfer_line("pulling manifest", "", 0, 0), "{\"status\":\"pulling manifest\"}\n");
  EXPECT_EQ(transfer_line("pulling abc", "sha256:abc", 10, 0),
            "{\"status\":\"pulling abc\",\"digest\":\"sha256:abc\",\"total\":10}\n");
  EXPECT_EQ(
      transfer_line("pulling abc", "sha256:abc", 10, 3),
      "{\"status\":\"pulling abc\",\"digest\":\"sha256:abc\",\"total\":10,\"completed\":3}\n");
}

}  // namespace
}  // namespace axllama::ollama
