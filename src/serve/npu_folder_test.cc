#include "serve/npu_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "axmodel/folder_test_support.h"

namespace axllama::serve {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class NpuFolderTest : public testing::Test {
 protected:
  NpuFolderTest() {
    fs::create_directories(folder_);
    axmodel::put_flat(folder_);
  }
  ~NpuFolderTest() override { fs::remove_all(home_); }
  NamedDigests imported() {
    NamedDigests files;
    for (const auto& entry : fs::directory_iterator(folder_)) {
      files.emplace_back(entry.path().filename().string(),
                         store_.import_file(entry.path()).value());
    }
    return files;
  }
  Error refusal() {
    store::Recipe recipe;
    const Result<void> added = add_npu_folder(store_, imported(), recipe);
    EXPECT_TRUE(recipe.folder_files.empty());
    return added ? Error{ErrorCode::kInternal, "no error"} : added.error();
  }
  bool has_links() const {
    std::error_code error;
    const fs::path folders = store_.root() / "axllama/folders";
    return fs::exists(folders) && !fs::is_empty(folders, error);
  }

  const fs::path home_ =
      fs::path(testing::TempDir()) / ("npu_folder_test_" + std::to_string(getpid()));
  const fs::path folder_ = home_ / "packed";
  store::Store store_{home_ / "models"};
};

TEST_F(NpuFolderTest, compiled_layers_make_it_one) {
  EXPECT_TRUE(is_npu_folder({{"config.json", ""}, {"a/qwen3_l0.axmodel", ""}}));
  EXPECT_TRUE(is_npu_folder({{"qwen3_l0.axmodel.onnx", ""}}));
  EXPECT_FALSE(is_npu_folder({{"model.gguf", ""}}));
}

TEST_F(NpuFolderTest, the_recipe_says_what_is_in_it) {
  store::Recipe recipe;
  const auto added = add_npu_folder(store_, imported(), recipe);
  ASSERT_TRUE(added) << added.error().text();
  EXPECT_EQ(recipe.folder_files.size(), 7u);
  EXPECT_EQ(recipe.folder.family, "qwen3");
  EXPECT_EQ(recipe.folder.context_length, 63);
  EXPECT_EQ(recipe.folder.embedding_length, axmodel::kHidden);
  EXPECT_THAT(recipe.folder.capabilities, ElementsAre("completion", "tools", "thinking"));
}

TEST_F(NpuFolderTest, its_own_sampling_holds_where_the_recipe_says_nothing) {
  axmodel::put_text(folder_ / "post_config.json",
                    R"({"enable_temperature": true, "temperature": 0.5,
                        "enable_top_k_sampling": true, "top_k": 7,
                        "enable_top_p_sampling": false, "top_p": 0.1})");
  store::Recipe recipe;
  recipe.parameters = {{"top_k", OptionValue(int64_t{9})}};
  ASSERT_TRUE(add_npu_folder(store_, imported(), recipe));
  EXPECT_THAT(recipe.parameters, ElementsAre(std::pair("top_k", OptionValue(int64_t{9})),
                                             std::pair("temperature", OptionValue(0.5))));
}

TEST_F(NpuFolderTest, what_is_wrong_is_said_by_the_files_own_names) {
  axmodel::put_text(folder_ / axmodel::layer_name(1), axmodel::kStub);
  const Error error = refusal();
  EXPECT_EQ(error.code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(error.message, StartsWith(axmodel::layer_name(1)));
  EXPECT_THAT(error.message, Not(HasSubstr(home_.string())));
  EXPECT_FALSE(has_links());
}

TEST_F(NpuFolderTest, a_missing_layer_is_named) {
  fs::remove(folder_ / axmodel::layer_name(2));
  EXPECT_THAT(refusal().message, HasSubstr(axmodel::layer_name(2)));
  EXPECT_FALSE(has_links());
}

TEST_F(NpuFolderTest, files_must_be_in_the_store) {
  store::Recipe recipe;
  NamedDigests files = imported();
  files[0].second = "sha256:" + std::string(64, '0');
  const auto added = add_npu_folder(store_, files, recipe);
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().message, "blob \"" + files[0].second + "\" not found");
}

}  // namespace
}  // namespace axllama::serve
