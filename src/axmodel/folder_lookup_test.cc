#include "axmodel/folder_lookup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "axmodel/folder_test_support.h"

namespace axllama::axmodel {
namespace {

using testing::HasSubstr;

// An empty string, too, when there is a problem.
std::string head_in(const std::filesystem::path& root, const std::string& folder,
                    Findings& findings) {
  const auto tree = list_folders(root);
  EXPECT_TRUE(tree);
  return find_head(*tree, (root / folder).lexically_normal().string(), "qwen3_p128", findings);
}

TEST(FolderLookup, head_of_the_layers_architecture_wins) {
  const TempDir folder;
  put_text(folder.path() / "m/a_post.axmodel", "");
  put_text(folder.path() / "m/qwen3_post.axmodel", "");
  Findings findings;
  EXPECT_EQ(head_in(folder.path(), "m", findings), folder.path() / "m/qwen3_post.axmodel");
}

TEST(FolderLookup, only_head_counts_whatever_its_name_and_several_are_a_problem) {
  const TempDir folder;
  put_text(folder.path() / "m/a_post.axmodel.onnx", "");
  Findings findings;
  EXPECT_EQ(head_in(folder.path(), "m", findings), folder.path() / "m/a_post.axmodel.onnx");
  put_text(folder.path() / "m/b_post.axmodel", "");
  EXPECT_EQ(head_in(folder.path(), "m", findings), "");
  ASSERT_EQ(findings.problems.size(), 1u);
  EXPECT_THAT(findings.problems[0].message, HasSubstr("a_post.axmodel.onnx, b_post.axmodel"));
}

TEST(FolderLookup, head_of_the_folder_around_is_not_taken) {
  const TempDir folder;
  put_text(folder.path() / "qwen3_post.axmodel", "");
  put_text(folder.path() / "m/x", "");
  Findings findings;
  EXPECT_EQ(head_in(folder.path(), "m", findings), "");
  ASSERT_EQ(findings.problems.size(), 1u);
  EXPECT_EQ(findings.problems[0].code, ErrorCode::kNotFound);
}

TEST(FolderLookup, table_may_be_shared_from_the_folder_around) {
  const TempDir folder;
  put_text(folder.path() / kTableName, "");
  put_text(folder.path() / "m/model.embed_tokens.weight.float32.bin", "");
  const auto tree = list_folders(folder.path());
  ASSERT_TRUE(tree);
  Findings findings;
  EXPECT_EQ(find_table(*tree, (folder.path() / "m").string(), findings),
            folder.path() / kTableName);
  EXPECT_TRUE(findings.problems.empty());
}

}  // namespace
}  // namespace axllama::axmodel
