#include "cli/blob_transfer.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>

#include "base/digest.h"
#include "base/fd.h"
#include "cli/test_server.h"

namespace axllama::cli {
namespace {

namespace fs = std::filesystem;

class BringFile : public testing::Test {
 protected:
  BringFile() {
    setenv("OLLAMA_MODELS", (folder_ / "store").c_str(), 1);
    EXPECT_TRUE(write_file_atomically(file_, "weights"));
  }
  ~BringFile() override {
    unsetenv("OLLAMA_MODELS");
    fs::remove_all(folder_);
  }
  Result<store::LinkedFile> try_to_bring(const Endpoint& server, Bringing how) {
    testing::internal::CaptureStderr();
    Result<store::LinkedFile> result = fail(ErrorCode::kInternal, "");
    {
      Progress progress;
      result = bring_file(Api(server), file_, how, progress);
    }
    testing::internal::GetCapturedStderr();
    return result;
  }
  Result<std::string> bring(const TestServer& server, Bringing how = Bringing::kCopy) {
    AX_TRY(store::LinkedFile brought, try_to_bring(server.endpoint(), how));
    return std::move(brought.digest);
  }
  bool in_store() const {
    return fs::exists(folder_ / "store" / "blobs" / ("sha256-" + digest_.substr(7)));
  }

  const fs::path folder_ =
      fs::path(testing::TempDir()) / ("bring_file_test_" + std::to_string(getpid()));
  const fs::path file_ = folder_ / "x.gguf";
  const std::string digest_ = "sha256:" + sha256_hex("weights");
};

TEST_F(BringFile, uploads_to_a_server_with_another_store) {
  TestServer server({{"POST /api/blobs/" + digest_, TestAnswer{201}}});
  EXPECT_EQ(bring(server), digest_);
  EXPECT_EQ(server.asked().back(), "POST /api/blobs/" + digest_ + " weights");
  EXPECT_FALSE(in_store());
}

TEST_F(BringFile, does_not_upload_what_the_server_has) {
  TestServer server({{"HEAD /api/blobs/" + digest_, TestAnswer{}}});
  EXPECT_EQ(bring(server), digest_);
  EXPECT_EQ(server.asked().back(), "HEAD /api/blobs/" + digest_ + " ");
}

TEST_F(BringFile, links_into_the_store_that_the_server_reads) {
  TestServer server({}, "HEAD ");
  EXPECT_EQ(bring(server), digest_);
  EXPECT_TRUE(in_store());
  EXPECT_EQ(server.asked().size(), 1u);
}

TEST_F(BringFile, leaves_no_probe_behind) {
  TestServer server({}, "HEAD ");
  EXPECT_EQ(bring(server), digest_);
  const auto blobs = fs::directory_iterator(folder_ / "store" / "blobs");
  EXPECT_EQ(std::distance(begin(blobs), end(blobs)), 1);
}

TEST_F(BringFile, a_link_shares_the_file_itself) {
  TestServer server({}, "HEAD ");
  EXPECT_EQ(bring(server, Bringing::kLink), digest_);
  EXPECT_TRUE(in_store());
}

TEST_F(BringFile, nothing_is_linked_for_a_server_with_another_store) {
  TestServer server;
  const auto result = bring(server, Bringing::kLink);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kUnsupported);
  EXPECT_NE(result.error().message.find((folder_ / "store").string()), std::string::npos);
  EXPECT_FALSE(in_store());
}

TEST_F(BringFile, nothing_is_linked_for_a_server_elsewhere) {
  const auto result = try_to_bring({.host = "192.0.2.1", .port = 1}, Bringing::kLink);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kUnsupported);
  EXPECT_NE(result.error().message.find("192.0.2.1:1"), std::string::npos);
}

TEST_F(BringFile, a_missing_file_is_an_error) {
  fs::remove(file_);
  const TestServer server;
  EXPECT_FALSE(bring(server));
}

}  // namespace
}  // namespace axllama::cli
