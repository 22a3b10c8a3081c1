#include "store/transfer_download.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/digest.h"
#include "store/test_support.h"
#include "store/transfer_parts.h"
#include "store/transfer_shared.h"
#include "store/transfer_test_server.h"

namespace axllama::store {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string numbered_bytes(size_t size) {
  std::string bytes;
  for (size_t i = 0; i < size; ++i) bytes += static_cast<char>(i * 31 + i / 251);
  return bytes;
}

class Download : public testing::Test {
 protected:
  Download() {
    settings_.pull.smallest = 1000;
    settings_.back_off = std::chrono::milliseconds(1);
  }
  BlobSource source(const FileServer& server) const {
    return {digest_, content_.size(), server.url(), server.session(settings_)};
  }
  Result<void> download(const FileServer& server) {
    return BlobDownload(store_, source(server)).run({});
  }
  std::string blob() const { return read_text(store_.blob_path(digest_)); }

  const std::string content_ = numbered_bytes(9500);
  const std::string digest_ = "sha256:" + sha256_hex(content_);
  TransferSettings settings_;
  TempDir folder_;
  Store store_{folder_.path()};
};

TEST_F(Download, comes_in_parts_each_once) {
  const FileServer server(content_);
  ASSERT_TRUE(download(server));
  EXPECT_EQ(blob(), content_);
  EXPECT_EQ(server.ranges().size(), 10u);
  EXPECT_EQ(server.sent(), content_.size());
  EXPECT_THAT(file_names(folder_.path() / "blobs"), ElementsAre("sha256-" + digest_.substr(7)));
}

TEST_F(Download, takes_up_what_is_there_and_fetches_the_rest) {
  {
    std::optional<PartialBlob> file = std::move(*PartialBlob::open(store_.blob_path(digest_)));
    ASSERT_TRUE(file->begin({{0, 0, 5000, 0}, {1, 5000, 4500, 0}}, content_.size()));
    ASSERT_TRUE(file->write(0, content_.substr(0, 5000)));
    ASSERT_TRUE(file->note({0, 0, 5000, 5000}));
    ASSERT_TRUE(file->write(5000, content_.substr(5000, 100)));
    ASSERT_TRUE(file->note({1, 5000, 4500, 100}));
  }
  const FileServer server(content_);
  ASSERT_TRUE(download(server));
  EXPECT_EQ(blob(), content_);
  EXPECT_THAT(server.ranges(), ElementsAre("bytes=5100-9499"));
}

TEST_F(Download, what_was_kept_and_is_wrong_is_fetched_anew_once) {
  {
    std::optional<PartialBlob> file = std::move(*PartialBlob::open(store_.blob_path(digest_)));
    ASSERT_TRUE(file->begin({{0, 0, content_.size(), 0}}, content_.size()));
    ASSERT_TRUE(file->note({0, 0, content_.size(), 9000}));  // as after a power cut
  }
  const FileServer server(content_);
  ASSERT_TRUE(download(server));
  EXPECT_EQ(blob(), content_);
}

TEST_F(Download, another_content_is_refused_and_not_kept) {
  const FileServer server(std::string(content_.size(), 'x'));
  const Result<void> result = download(server);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kCorrupt);
  EXPECT_THAT(result.error().message, HasSubstr("digest mismatch"));
  EXPECT_THAT(file_names(folder_.path() / "blobs"), IsEmpty());
}

TEST_F(Download, a_host_without_ranges_gives_all_at_once) {
  FileServer server(content_);
  server.forget_ranges();
  ASSERT_TRUE(download(server));
  EXPECT_EQ(blob(), content_);
}

TEST_F(Download, a_blob_of_one_part_asks_for_no_range) {
  settings_.pull.smallest = 100'000;
  const FileServer server(content_);
  ASSERT_TRUE(download(server));
  EXPECT_THAT(server.ranges(), ElementsAre(""));
}

TEST_F(Download, an_empty_blob_needs_nobody) {
  const FileServer server("");
  BlobSource nothing{"sha256:" + sha256_hex(""), 0, server.url(), server.session(settings_)};
  ASSERT_TRUE(BlobDownload(store_, nothing).run({}));
  EXPECT_TRUE(store_.has_blob(nothing.digest));
  EXPECT_THAT(server.ranges(), IsEmpty());
}

TEST_F(Download, a_token_is_got_and_used_by_all_parts) {
  const FileServer server(content_, "secret");
  ASSERT_TRUE(download(server));
  EXPECT_EQ(blob(), content_);
}

TEST_F(Download, what_was_stopped_before_it_began_fetches_nothing) {
  const FileServer server(content_);
  std::stop_source stop;
  stop.request_stop();
  const Result<void> result = BlobDownload(store_, source(server)).run(stop.get_token());
  EXPECT_EQ(result.error().code, ErrorCode::kCanceled);
  EXPECT_FALSE(store_.has_blob(digest_));
}

TEST_F(Download, a_blob_that_is_there_in_another_length_is_fetched) {
  write_text(store_.blob_path(digest_), "short");
  const FileServer server(content_);
  ASSERT_TRUE(download(server));
  EXPECT_EQ(blob(), content_);
}

TEST_F(Download, many_who_want_it_share_it) {
  const FileServer server(content_);
  SharedDownloads downloads(store_);
  std::vector<std::jthread> threads;
  std::atomic<int> good = 0;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      uint64_t last = 0;
      const auto result =
          downloads.join(source(server))->wait({}, [&](uint64_t bytes) { last = bytes; });
      if (result && last == content_.size()) ++good;
    });
  }
  threads.clear();
  EXPECT_EQ(good, 8);
  EXPECT_EQ(blob(), content_);
  EXPECT_EQ(server.sent(), content_.size());
}

}  // namespace
}  // namespace axllama::store
