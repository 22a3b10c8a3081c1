#include "store/folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/test_support.h"

namespace axllama::store {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;

constexpr const char* kTokenizerConfig =
    R"({"chat_template":"{% if tools %}{% endif %}<think></think>"})";

class FolderTest : public testing::Test {
 protected:
  FolderTest() {
    recipe_.folder_files = {{"a_l0.axmodel", plant_blob(root_, "layer")},
                            {"tok/tokenizer_config.json", plant_blob(root_, kTokenizerConfig)}};
    recipe_.folder = {.family = "qwen3",
                      .context_length = 1023,
                      .embedding_length = 192,
                      .capabilities = {"completion"}};
  }
  static Name name(const char* text) { return *Name::parse(text); }
  Result<void> create(const char* text) { return store_.create(name(text), recipe_, {}); }
  Model read(const char* text) { return store_.read(store_.find(name(text)).value()).value(); }
  fs::path folder() const { return folder_path(root_, recipe_.folder_files); }

  const TempDir dir_;
  const fs::path root_ = dir_.path();
  Store store_{root_};
  Recipe recipe_;
};

TEST_F(FolderTest, a_model_is_read_as_its_folder) {
  ASSERT_TRUE(create("npu"));
  const Model model = read("npu");
  EXPECT_EQ(model.weights, folder());
  EXPECT_EQ(read_text(model.weights / "a_l0.axmodel"), "layer");
  EXPECT_EQ(read_text(model.weights / "tok/tokenizer_config.json"), kTokenizerConfig);
  EXPECT_EQ(model.details.format, "axmodel");
  EXPECT_EQ(model.details.family, "qwen3");
  EXPECT_EQ(model.details.context_length, 1023);
  EXPECT_EQ(model.model_info, R"({"general.architecture":"qwen3","qwen3.context_length":1023,)"
                              R"("qwen3.embedding_length":192})");
}

TEST_F(FolderTest, its_chat_template_tells_what_it_can) {
  ASSERT_TRUE(create("npu"));
  EXPECT_THAT(read("npu").capabilities, ElementsAre("completion", "tools", "thinking"));
}

TEST_F(FolderTest, links_lead_to_blobs_after_the_store_has_moved) {
  ASSERT_TRUE(create("npu"));
  ASSERT_EQ(read("npu").weights, folder());
  const TempDir other;
  fs::rename(root_, other.path() / "moved");
  const fs::path moved = other.path() / "moved" / folder().lexically_relative(root_);
  EXPECT_EQ(read_text(moved / "tok/tokenizer_config.json"), kTokenizerConfig);
}

TEST_F(FolderTest, lost_links_are_made_again) {
  ASSERT_TRUE(create("npu"));
  fs::remove(read("npu").weights / "a_l0.axmodel");
  EXPECT_EQ(read_text(read("npu").weights / "a_l0.axmodel"), "layer");
  fs::remove_all(root_ / "axllama");
  EXPECT_EQ(read_text(read("npu").weights / "a_l0.axmodel"), "layer");
  EXPECT_THAT(file_names(root_ / "axllama/folders"), ElementsAre(folder().filename().string()));
}

TEST_F(FolderTest, a_missing_blob_is_named) {
  ASSERT_TRUE(create("npu"));
  fs::remove(store_.blob_path(recipe_.folder_files[0].digest));
  const auto model = store_.read(*store_.find(name("npu")));
  ASSERT_FALSE(model);
  EXPECT_EQ(model.error().message,
            "model 'npu:latest' lacks blob " + recipe_.folder_files[0].digest);
}

TEST_F(FolderTest, the_last_model_takes_links_and_blobs_along) {
  ASSERT_TRUE(create("npu"));
  ASSERT_TRUE(store_.copy(name("npu"), name("copy")));
  EXPECT_EQ(read("copy").weights, read("npu").weights);
  ASSERT_TRUE(store_.remove(name("npu")));
  EXPECT_TRUE(fs::exists(folder()));
  ASSERT_TRUE(store_.remove(name("copy")));
  EXPECT_FALSE(fs::exists(folder()));
  EXPECT_TRUE(fs::is_empty(root_ / "blobs"));
}

TEST_F(FolderTest, a_model_made_of_it_keeps_its_files) {
  ASSERT_TRUE(create("npu"));
  const Recipe child{.from = "npu", .system = "be kind"};
  ASSERT_TRUE(store_.create(name("child"), child, {}));
  EXPECT_EQ(read("child").weights, folder());
  EXPECT_EQ(read("child").system, "be kind");
  EXPECT_EQ(read("child").details.parent_model, "npu:latest");
  EXPECT_EQ(read("child").details.format, "axmodel");
}

TEST_F(FolderTest, names_that_lead_elsewhere_are_refused) {
  const std::string digest = recipe_.folder_files[0].digest;
  for (const char* bad : {"", "/etc/x", "../x", "a/../../x", "a//b/.", "a\nb", "a/"}) {
    const auto made = store_.link_folder({{bad, digest}});
    ASSERT_FALSE(made) << bad;
    EXPECT_EQ(made.error().code, ErrorCode::kInvalidArgument);
  }
  EXPECT_FALSE(store_.link_folder({{"a", digest}, {"a", digest}}));
  EXPECT_FALSE(store_.link_folder({{"a", digest}, {"a/b", digest}}));
}

TEST_F(FolderTest, an_unneeded_folder_is_dropped_and_a_needed_one_kept) {
  ASSERT_TRUE(store_.link_folder(recipe_.folder_files));
  store_.drop_folder(recipe_.folder_files);
  EXPECT_FALSE(fs::exists(folder()));
  ASSERT_TRUE(create("npu"));
  ASSERT_EQ(read("npu").weights, folder());
  store_.drop_folder(recipe_.folder_files);
  EXPECT_TRUE(fs::exists(folder()));
}

}  // namespace
}  // namespace axllama::store
