#include <gmock/gmock.h>
#include <sys/stat.h>

#include "store/blobs.h"
#include "store/test_support.h"
#include "store/upload.h"

namespace axllama::store {
namespace {

namespace fs = std::filesystem;
using testing::IsEmpty;

ino_t inode(const fs::path& path) {
  struct stat state = {};
  EXPECT_EQ(::stat(path.c_str(), &state), 0) << path;
  return state.st_ino;
}

dev_t device(const fs::path& path) {
  struct stat state = {};
  EXPECT_EQ(::stat(path.c_str(), &state), 0) << path;
  return state.st_dev;
}

std::string digest_of(std::string_view bytes) {
  return "sha256:" + sha256_hex(bytes);
}

// Nothing but whole blobs lies there.
void expect_only_blobs(const fs::path& root) {
  for (const std::string& name : file_names(root / "blobs")) {
    EXPECT_TRUE(normal_digest(name)) << name;
    EXPECT_EQ(blob_file_name(digest_of(read_text(root / "blobs" / name))), name);
  }
}

TEST(Digest, has_two_spellings_and_nothing_else) {
  const std::string hex(64, 'a');
  EXPECT_EQ(normal_digest("sha256:" + hex), "sha256:" + hex);
  EXPECT_EQ(normal_digest("sha256-" + hex), "sha256:" + hex);
  EXPECT_EQ(normal_digest("sha256:" + std::string(64, 'A')), "sha256:" + hex);
  for (const std::string& text :
       {std::string(), std::string("sha256:"), "sha256:" + hex + "a", "sha512:" + hex,
        "sha256/" + hex, "sha256:" + std::string(64, 'g'), "sha256:../../" + hex.substr(6),
        "SHA256:" + hex, hex}) {
    EXPECT_EQ(normal_digest(text), std::nullopt) << text;
  }
  const Store store("/store");
  EXPECT_EQ(store.blob_path("sha256:" + hex), "/store/blobs/sha256-" + hex);
  EXPECT_EQ(store.blob_path("sha256:x"), "");
  EXPECT_FALSE(store.has_blob("sha256:x"));
}

TEST(Import, bytes_become_a_blob_once) {
  const TempDir dir;
  Store store(dir.path());
  const auto digest = store.import_bytes("hello");
  ASSERT_TRUE(digest) << digest.error().text();
  EXPECT_EQ(*digest, digest_of("hello"));
  EXPECT_EQ(read_text(store.blob_path(*digest)), "hello");
  const ino_t first = inode(store.blob_path(*digest));
  EXPECT_EQ(store.import_bytes("hello"), digest);
  EXPECT_EQ(inode(store.blob_path(*digest)), first);
  EXPECT_EQ(file_names(dir.path() / "blobs").size(), 1u);
}

TEST(Import, a_blob_left_half_by_an_accident_is_mended) {
  const TempDir dir;
  Store store(dir.path());
  write_text(store.blob_path(digest_of("hello")), "hel");
  ASSERT_TRUE(store.import_bytes("hello"));
  EXPECT_EQ(read_text(store.blob_path(digest_of("hello"))), "hello");
  write_text(store.blob_path(digest_of("hello")), "hel");
  write_text(dir.path() / "file", "hello");
  ASSERT_TRUE(store.import_file(dir.path() / "file"));
  EXPECT_EQ(read_text(store.blob_path(digest_of("hello"))), "hello");
}

TEST(Import, a_file_on_the_same_file_system_takes_no_more_room) {
  const TempDir dir;
  Store store(dir.path() / "store");
  const fs::path file = dir.path() / "model.gguf";
  write_text(file, "weights");
  std::vector<uint64_t> told;
  const auto digest = store.import_file(file, [&told](uint64_t bytes) { told.push_back(bytes); });
  ASSERT_TRUE(digest) << digest.error().text();
  EXPECT_EQ(*digest, digest_of("weights"));
  EXPECT_EQ(read_text(store.blob_path(*digest)), "weights");
  EXPECT_EQ(told, std::vector<uint64_t>{7});
  fs::remove(file);
  EXPECT_EQ(read_text(store.blob_path(*digest)), "weights");
  expect_only_blobs(store.root());
}

TEST(Import, a_file_that_everybody_may_write_is_not_linked) {
  const TempDir dir;
  Store store(dir.path() / "store");
  const fs::path file = dir.path() / "model.gguf";
  write_text(file, "weights");
  fs::permissions(file, fs::perms::others_write, fs::perm_options::add);
  const auto digest = store.import_file(file);
  ASSERT_TRUE(digest);
  EXPECT_NE(inode(store.blob_path(*digest)), inode(file));
  write_text(file, "changed");
  EXPECT_EQ(read_text(store.blob_path(*digest)), "weights");
}

TEST(Import, across_file_systems_the_file_is_copied) {
  const TempDir dir;
  if (!fs::is_directory("/dev/shm") || device("/dev/shm") == device(dir.path())) {
    GTEST_SKIP() << "/dev/shm is no file system of its own here";
  }
  const TempDir other("/dev/shm");
  Store store(other.path());
  uint64_t told = 0;
  bool in_order = true;
  const auto digest = store.import_file(kSprout, [&](uint64_t bytes) {
    in_order = in_order && bytes >= told;
    told = bytes;
  });
  ASSERT_TRUE(digest) << digest.error().text();
  EXPECT_TRUE(in_order);
  EXPECT_EQ(told, 2 * fs::file_size(kSprout));
  EXPECT_EQ(read_text(store.blob_path(*digest)), read_text(kSprout));
  expect_only_blobs(store.root());
}

TEST(Import, through_a_symbolic_link_the_file_itself_is_taken) {
  const TempDir dir;
  Store store(dir.path() / "store");
  write_text(dir.path() / "real", "weights");
  fs::create_symlink("real", dir.path() / "link");
  const auto digest = store.import_file(dir.path() / "link");
  ASSERT_TRUE(digest);
  EXPECT_FALSE(fs::is_symlink(store.blob_path(*digest)));
  EXPECT_EQ(read_text(store.blob_path(*digest)), "weights");
}

TEST(Import, what_is_no_file_is_refused) {
  const TempDir dir;
  Store store(dir.path() / "store");
  EXPECT_EQ(store.import_file(dir.path() / "none").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(store.import_file(dir.path()).error().code, ErrorCode::kInvalidArgument);
  const fs::path pipe = dir.path() / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_EQ(store.import_file(pipe).error().code, ErrorCode::kInvalidArgument);
  EXPECT_FALSE(fs::exists(store.root()));
}

TEST(Import, a_file_that_grows_meanwhile_is_a_conflict) {
  const TempDir dir;
  Store store(dir.path() / "store");
  const fs::path file = dir.path() / "model.gguf";
  write_text(file, "weights");
  const auto digest =
      store.import_file(file, [&file](uint64_t) { std::ofstream(file, std::ios::app) << "more"; });
  ASSERT_FALSE(digest);
  EXPECT_EQ(digest.error().code, ErrorCode::kConflict);
  EXPECT_FALSE(fs::exists(store.root() / "blobs"));
}

TEST(Upload, verified_bytes_become_a_blob) {
  const TempDir dir;
  Store store(dir.path());
  const std::string digest = digest_of("hello");
  auto upload = Store::Upload::start(store, blob_file_name(digest));
  ASSERT_TRUE(upload) << upload.error().text();
  ASSERT_TRUE(upload->write("hel"));
  ASSERT_TRUE(upload->write("lo"));
  EXPECT_FALSE(store.has_blob(digest));
  ASSERT_TRUE(upload->commit());
  EXPECT_EQ(read_text(store.blob_path(digest)), "hello");
  EXPECT_EQ(fs::status(store.blob_path(digest)).permissions(), fs::perms(0644));
  expect_only_blobs(dir.path());
}

TEST(Upload, another_digest_is_an_error_and_leaves_nothing) {
  const TempDir dir;
  const Store store(dir.path());
  {
    auto upload = Store::Upload::start(store, digest_of("hello"));
    ASSERT_TRUE(upload);
    ASSERT_TRUE(upload->write("hullo"));
    const auto done = upload->commit();
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::kInvalidArgument);
    EXPECT_EQ(done.error().message, "digest mismatch, expected \"" + digest_of("hello") +
                                        "\", got \"" + digest_of("hullo") + "\"");
  }
  EXPECT_THAT(file_names(dir.path() / "blobs"), IsEmpty());
  EXPECT_EQ(Store::Upload::start(store, "sha256:zz").error().message, "invalid digest format");
}

TEST(Upload, what_is_under_way_has_a_name_that_ollamas_cleanup_takes_away) {
  const TempDir dir;
  const Store store(dir.path());
  {
    auto upload = Store::Upload::start(store, digest_of("hello"));
    ASSERT_TRUE(upload);
    const auto names = file_names(dir.path() / "blobs");
    ASSERT_EQ(names.size(), 1u);
    EXPECT_EQ(normal_digest(names.front()), std::nullopt);
  }
  EXPECT_THAT(file_names(dir.path() / "blobs"), IsEmpty());
}

TEST(Upload, several_of_one_blob_may_run_side_by_side) {
  const TempDir dir;
  const Store store(dir.path());
  auto first = Store::Upload::start(store, digest_of("hello"));
  auto second = Store::Upload::start(store, digest_of("hello"));
  ASSERT_TRUE(first && second);
  ASSERT_TRUE(first->write("hello"));
  ASSERT_TRUE(second->write("hel"));
  ASSERT_TRUE(first->commit());
  ASSERT_TRUE(second->write("lo"));
  ASSERT_TRUE(second->commit());
  expect_only_blobs(dir.path());
}

TEST(Upload, a_folder_that_cannot_be_written_is_an_error) {
  const TempDir dir;
  write_text(dir.path() / "blobs", "a file in the way");
  Store store(dir.path());
  EXPECT_EQ(Store::Upload::start(store, digest_of("x")).error().code, ErrorCode::kIo);
  EXPECT_EQ(store.import_bytes("x").error().code, ErrorCode::kIo);
}

}  // namespace
}  // namespace axllama::store
