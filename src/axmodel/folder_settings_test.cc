#include "axmodel/folder_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "axmodel/folder_test_support.h"

namespace axllama::axmodel {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(FolderSettings, unusable_configs_are_passed_over_for_one_further_down) {
  const TempDir folder;
  put_text(folder.path() / "config.json", "");
  put_text(folder.path() / "a/config.json", "{");
  put_text(folder.path() / "a/b/config.json", R"({"axmodel_num": 5})");
  const auto tree = list_folders(folder.path());
  std::vector<std::string> remarks;
  const auto chosen = choose_config(*tree, remarks);
  ASSERT_TRUE(chosen && *chosen);
  EXPECT_EQ((*chosen)->folder, folder.path() / "a/b");
  EXPECT_EQ((*chosen)->config.layers, 5);
  EXPECT_THAT(remarks, Contains(HasSubstr("not a JSON object")));
}

TEST(FolderSettings, post_config_is_the_one_named_or_the_nearest) {
  const TempDir folder;
  put_text(folder.path() / "post_config.json", R"({"top_k": 1})");
  put_text(folder.path() / "a/other.json", R"({"top_k": 2})");
  const auto tree = list_folders(folder.path());
  const std::string inner = (folder.path() / "a").string();
  Findings findings;
  EXPECT_EQ(read_post_config(*tree, std::nullopt, inner, findings).top_k, 1);
  ChosenConfig chosen = {inner, {}};
  EXPECT_EQ(read_post_config(*tree, chosen, inner, findings).top_k, 1);
  chosen.config.post_config = "other.json";
  EXPECT_EQ(read_post_config(*tree, chosen, inner, findings).top_k, 2);
  EXPECT_TRUE(findings.remarks.empty());
  chosen.config.post_config = "none.json";
  EXPECT_EQ(read_post_config(*tree, chosen, inner, findings).top_k, std::nullopt);
  EXPECT_THAT(findings.remarks, ElementsAre(HasSubstr("none.json is missing")));
}

}  // namespace
}  // namespace axllama::axmodel
