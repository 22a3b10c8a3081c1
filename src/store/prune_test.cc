#include "store/prune.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "store/test_support.h"

namespace axllama::store {
namespace {

using testing::Contains;
using testing::Not;

constexpr std::chrono::hours kAge(1);

void make_old(const std::filesystem::path& path) {
  std::filesystem::last_write_time(
      path, std::filesystem::file_time_type::clock::now() - std::chrono::hours(2));
}

class Prune : public testing::Test {
 protected:
  std::filesystem::path blob(const std::string& name) const {
    return folder_.path() / "blobs" / name;
  }
  std::filesystem::path old_file(const std::string& name) const {
    write_text(blob(name), "x");
    make_old(blob(name));
    return blob(name);
  }
  // A model of one layer; returns the layer's file.
  std::filesystem::path model(const std::string& name) {
    Recipe recipe{.file_digest = store_.import_bytes(tiny_gguf()).value()};
    EXPECT_TRUE(store_.create(Name::parse(name).value(), recipe, {}));
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path() / "blobs")) {
      make_old(entry.path());
    }
    return store_.blob_path(recipe.file_digest);
  }
  std::vector<std::string> blobs() const { return file_names(folder_.path() / "blobs"); }

  TempDir folder_;
  Store store_{folder_.path()};
};

TEST_F(Prune, blobs_that_a_manifest_names_stay) {
  const auto layer = model("a");
  const auto before = blobs().size();
  const auto pruned = prune(store_, kAge);
  ASSERT_TRUE(pruned) << pruned.error().text();
  EXPECT_EQ(pruned->blobs, 0u);
  EXPECT_EQ(blobs().size(), before);
  EXPECT_TRUE(std::filesystem::exists(layer));
}

TEST_F(Prune, old_blobs_partials_and_rests_go) {
  model("a");
  const std::string unused = "sha256-" + std::string(64, '0');
  old_file(unused);
  old_file(unused + "-partial");
  old_file(unused + "-partial-0");
  old_file("sha256-new-AbCdEf");
  EXPECT_EQ(prune(store_, kAge)->blobs, 4u);
  EXPECT_THAT(blobs(), Not(Contains(testing::HasSubstr("0000"))));
}

TEST_F(Prune, what_is_fresh_stays) {
  model("a");
  const std::string unused = "sha256-" + std::string(64, '0');
  write_text(blob(unused), "x");
  write_text(blob(unused + "-partial"), "x");
  EXPECT_EQ(prune(store_, kAge)->blobs, 0u);
}

TEST_F(Prune, one_manifest_that_cannot_be_read_keeps_everything) {
  model("a");
  old_file("sha256-" + std::string(64, '0'));
  write_text(folder_.path() / "manifests/registry.ollama.ai/library/b/latest", "garbage");
  const auto pruned = prune(store_, kAge);
  ASSERT_FALSE(pruned);
  EXPECT_EQ(pruned.error().code, ErrorCode::kCorrupt);
  EXPECT_THAT(blobs(), Contains("sha256-" + std::string(64, '0')));
}

TEST_F(Prune, blobs_of_old_get_todays_name_and_count_as_named) {
  const auto layer = model("a");
  std::string old_name = layer.filename().string();
  old_name[6] = ':';
  std::filesystem::rename(layer, blob(old_name));
  ASSERT_TRUE(prune(store_, kAge));
  EXPECT_TRUE(std::filesystem::exists(layer));
}

TEST_F(Prune, empty_folders_of_manifests_go) {
  model("a");
  std::filesystem::create_directories(folder_.path() / "manifests/hf.co/me/gone");
  ASSERT_TRUE(prune(store_, kAge));
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "manifests/hf.co"));
  EXPECT_TRUE(store_.find(Name::parse("a").value()));
}

TEST_F(Prune, a_store_that_is_not_there_is_left_so) {
  ASSERT_TRUE(prune(store_, kAge));
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
}

}  // namespace
}  // namespace axllama::store
