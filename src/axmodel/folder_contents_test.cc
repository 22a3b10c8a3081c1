#include "axmodel/folder_contents.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "axmodel/folder_test_support.h"

namespace axllama::axmodel {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::ElementsAre;
using testing::Not;

class FolderContentsTest : public testing::Test {
 protected:
  FolderContentsTest() {
    fs::create_directories(folder_);
    put_weights(folder_);
  }
  ~FolderContentsTest() override { fs::remove_all(folder_); }
  std::vector<std::string> contents() {
    return folder_contents(describe_folder(folder_.string()).value()).value();
  }
  const fs::path folder_ =
      fs::path(testing::TempDir()) / ("folder_contents_test_" + std::to_string(getpid()));
};

TEST_F(FolderContentsTest, what_is_not_the_models_is_left_out) {
  put_text(folder_ / "config.json", kFlatConfig);
  put_text(folder_ / "post_config.json", "{}");
  put_text(folder_ / kTokenizerName, "430\n");
  put_text(folder_ / "README.md", "x");
  put_text(folder_ / "main_ax650", "x");
  EXPECT_THAT(contents(), ElementsAre("config.json", kTableName, "post_config.json", layer_name(0),
                                      layer_name(1), layer_name(2), kHeadName, kTokenizerName));
}

TEST_F(FolderContentsTest, a_tokenizer_folder_gives_the_files_that_readers_look_for) {
  put_text(folder_ / "qwen3_tokenizer/tokenizer.json", "{}");
  put_text(folder_ / "qwen3_tokenizer/chat_template.jinja", "{{ messages }}");
  put_text(folder_ / "qwen3_tokenizer/notes.md", "x");
  EXPECT_THAT(contents(),
              ElementsAre(kTableName, layer_name(0), layer_name(1), layer_name(2), kHeadName,
                          "qwen3_tokenizer/chat_template.jinja", "qwen3_tokenizer/tokenizer.json"));
}

TEST_F(FolderContentsTest, the_pooling_of_an_embedding_model_is_one_of_its_files) {
  put_text(folder_ / "1_Pooling/config.json", R"({"pooling_mode": "mean"})");
  EXPECT_THAT(contents(), Not(Contains("1_Pooling/config.json")));
  put(folder_ / kHeadName, normed_head(0));
  EXPECT_THAT(contents(), Contains("1_Pooling/config.json"));
}

}  // namespace
}  // namespace axllama::axmodel
