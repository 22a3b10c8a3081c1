#include "store/linked_blob.h"

#include <gmock/gmock.h>

#include "store/prune.h"
#include "store/test_support.h"

namespace axllama::store {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;

// A file that everybody may write is never shared by a hard link, so that on a file system without
// shared blocks it becomes a symbolic link.
class LinkedBlob : public testing::Test {
 protected:
  void SetUp() override {
    write_text(file_, tiny_gguf());
    fs::permissions(file_, fs::perms::others_write, fs::perm_options::add);
    const auto linked = store_.link_file(file_);
    ASSERT_TRUE(linked) << linked.error().text();
    if (!linked->symbolic) GTEST_SKIP() << "files share blocks here";
    digest_ = linked->digest;
  }
  fs::path blob() const { return store_.blob_path(digest_); }
  Result<Model> model() const {
    AX_TRY(const Manifest manifest, store_.find(Name::parse("a").value()));
    return store_.read(manifest);
  }
  void create() {
    ASSERT_TRUE(store_.create(Name::parse("a").value(), {.file_digest = digest_}, {}));
  }
  void change() const { std::ofstream(file_, std::ios::app) << "more"; }

  TempDir dir_;
  Store store_{dir_.path() / "store"};
  const fs::path file_ = dir_.path() / "m.gguf";
  std::string digest_;
};

TEST_F(LinkedBlob, takes_no_room_and_is_read_through) {
  EXPECT_EQ(fs::read_symlink(blob()), fs::canonical(file_));
  EXPECT_TRUE(store_.has_blob(digest_));
  create();
  const auto read = model();
  ASSERT_TRUE(read) << read.error().text();
  EXPECT_EQ(read->details.family, "tiny");
}

TEST_F(LinkedBlob, a_file_that_is_gone_is_named) {
  create();
  fs::remove(file_);
  EXPECT_FALSE(store_.has_blob(digest_));
  const auto read = model();
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::kCorrupt);
  EXPECT_THAT(read.error().message, HasSubstr(fs::weakly_canonical(file_).string()));
  EXPECT_THAT(read.error().message, HasSubstr("model 'a:latest'"));
  EXPECT_EQ(store_.list()->size(), 1u);
  EXPECT_EQ(store_.summary(store_.list()->front())->details.family, "tiny");
}

TEST_F(LinkedBlob, a_file_that_was_changed_is_named) {
  create();
  change();
  const auto read = model();
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::kCorrupt);
  EXPECT_THAT(read.error().message, HasSubstr("was changed"));
  EXPECT_FALSE(store_.has_blob(digest_));
}

TEST_F(LinkedBlob, a_model_of_a_changed_file_is_not_created) {
  change();
  const auto made = store_.create(Name::parse("a").value(), {.file_digest = digest_}, {});
  ASSERT_FALSE(made);
  EXPECT_THAT(made.error().message, HasSubstr("was changed"));
}

TEST_F(LinkedBlob, a_change_of_the_same_size_is_seen) {
  create();
  fs::last_write_time(file_, fs::last_write_time(file_) + std::chrono::seconds(1));
  EXPECT_FALSE(model());
}

TEST_F(LinkedBlob, linked_again_it_is_sound_again) {
  create();
  fs::last_write_time(file_, fs::last_write_time(file_) + std::chrono::seconds(1));
  ASSERT_TRUE(store_.link_file(file_));
  EXPECT_TRUE(model());
}

TEST_F(LinkedBlob, imported_it_becomes_the_stores_own) {
  create();
  ASSERT_EQ(store_.import_file(file_), digest_);
  EXPECT_FALSE(fs::is_symlink(blob()));
  fs::remove(file_);
  EXPECT_TRUE(model());
}

TEST_F(LinkedBlob, removing_the_model_leaves_the_file) {
  create();
  ASSERT_TRUE(store_.remove(Name::parse("a").value()));
  EXPECT_FALSE(fs::is_symlink(fs::symlink_status(blob())));
  EXPECT_FALSE(fs::exists(link_note(blob())));
  EXPECT_EQ(read_text(file_), tiny_gguf());
}

TEST_F(LinkedBlob, removing_a_model_whose_file_is_gone_leaves_nothing) {
  create();
  fs::remove(file_);
  ASSERT_TRUE(store_.remove(Name::parse("a").value()));
  EXPECT_THAT(file_names(store_.root() / "blobs"), IsEmpty());
}

TEST_F(LinkedBlob, clearing_away_takes_the_link_and_leaves_the_file) {
  const fs::path somebodys = store_.root() / "blobs" / ("sha256-" + std::string(64, '0'));
  fs::create_symlink(file_, somebodys);
  const auto pruned = prune(store_, std::chrono::seconds(0));
  ASSERT_TRUE(pruned) << pruned.error().text();
  EXPECT_EQ(pruned->blobs, 1u);
  EXPECT_FALSE(fs::is_symlink(fs::symlink_status(blob())));
  EXPECT_TRUE(fs::is_symlink(somebodys));
  EXPECT_EQ(read_text(file_), tiny_gguf());
  EXPECT_THAT(file_names(store_.root() / "axllama" / "links"), IsEmpty());
}

TEST_F(LinkedBlob, using_it_does_not_touch_the_file) {
  const auto before = fs::last_write_time(file_);
  create();
  ASSERT_TRUE(store_.link_file(file_));
  EXPECT_EQ(fs::last_write_time(file_), before);
}

TEST(LinkFile, prefers_a_hard_link) {
  const TempDir dir;
  Store store(dir.path() / "store");
  write_text(dir.path() / "m", "weights");
  const auto linked = store.link_file(dir.path() / "m");
  ASSERT_TRUE(linked);
  EXPECT_FALSE(linked->symbolic);
  fs::remove(dir.path() / "m");
  EXPECT_EQ(read_text(store.blob_path(linked->digest)), "weights");
}

TEST(LinkFile, a_link_of_somebody_elses_is_trusted) {
  const TempDir dir;
  const Store store(dir.path() / "store");
  write_text(dir.path() / "m", "weights");
  const std::string digest = "sha256:" + sha256_hex("weights");
  fs::create_directories(store.root() / "blobs");
  fs::create_symlink(dir.path() / "m", store.blob_path(digest));
  EXPECT_FALSE(is_linked_blob(store.blob_path(digest)));
  EXPECT_TRUE(store.has_blob(digest));
}

}  // namespace
}  // namespace axllama::store
