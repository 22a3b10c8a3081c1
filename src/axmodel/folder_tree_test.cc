#include "axmodel/folder_tree.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "axmodel/test_support.h"

namespace axllama::axmodel {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

void touch(const fs::path& path) {
  fs::create_directories(path.parent_path());
  std::ofstream(path) << "x";
}

// Paths of the tree's folders below the root.
std::vector<std::string> below(const FolderTree& tree) {
  std::vector<std::string> names;
  for (const FolderListing& folder : tree.folders) {
    names.push_back(fs::path(folder.path).lexically_relative(tree.root()).string());
  }
  return names;
}

TEST(FolderTree, lists_files_and_folders_three_levels_deep_level_by_level) {
  const TempDir folder;
  touch(folder.path() / "b");
  touch(folder.path() / "a");
  touch(folder.path() / "x/y/z/deep/er");
  touch(folder.path() / "w/c");
  const auto tree = list_folders(folder.path().string() + "/./");
  ASSERT_TRUE(tree) << tree.error().text();
  EXPECT_EQ(tree->root(), folder.path());
  EXPECT_THAT(below(*tree), ElementsAre(".", "w", "x", "x/y", "x/y/z"));
  EXPECT_THAT(tree->folders[0].files, ElementsAre("a", "b"));
  EXPECT_TRUE(tree->folders[0].has("b"));
  EXPECT_FALSE(tree->folders[0].has("w"));
  EXPECT_THAT(tree->folders[4].folders, ElementsAre("deep"));
  EXPECT_EQ(tree->folders[4].depth, 3);
}

TEST(FolderTree, links_to_files_and_folders_count_but_lead_nowhere_twice) {
  const TempDir folder;
  touch(folder.path() / "blobs/a");
  fs::create_symlink("blobs/a", folder.path() / "linked");
  fs::create_symlink("blobs/none", folder.path() / "broken");
  fs::create_directory_symlink("..", folder.path() / "blobs/loop");
  const auto tree = list_folders(folder.path());
  ASSERT_TRUE(tree);
  EXPECT_THAT(tree->folders[0].files, ElementsAre("linked"));
  EXPECT_THAT(below(*tree), ElementsAre(".", "blobs"));
}

TEST(FolderTree, folders_around_one_go_up_to_the_root_and_no_further) {
  const TempDir folder;
  touch(folder.path() / "x/y/a");
  const auto tree = list_folders(folder.path());
  ASSERT_TRUE(tree);
  const auto around = tree->around((folder.path() / "x/y").string());
  ASSERT_EQ(around.size(), 3u);
  EXPECT_EQ(around[0]->path, folder.path() / "x/y");
  EXPECT_EQ(around[2], &tree->folders[0]);
  EXPECT_TRUE(tree->around("/elsewhere").empty());
}

TEST(FolderTree, hidden_folders_and_those_for_other_chips_are_left_out) {
  const TempDir folder;
  touch(folder.path() / ".git/a");
  touch(folder.path() / "minicpm4-0.5b-ax630c/a");
  touch(folder.path() / "m-AX650/a");
  const auto tree = list_folders(folder.path());
  ASSERT_TRUE(tree);
  EXPECT_THAT(below(*tree), ElementsAre(".", "m-AX650"));
  EXPECT_THAT(tree->other_chips, ElementsAre(folder.path() / "minicpm4-0.5b-ax630c"));
}

TEST(FolderTree, other_chips_are_known_by_name_unless_the_name_has_ours_too) {
  for (const char* name : {"a-ax630c", "a-AX620E", "b_ax620q", "x-AX637"}) {
    EXPECT_TRUE(names_other_chip(name)) << name;
  }
  for (const char* name : {"a-ax650", "qwen3", "for-ax650-not-ax630c", ""}) {
    EXPECT_FALSE(names_other_chip(name)) << name;
  }
}

TEST(FolderTree, folder_for_another_chip_itself_is_unsupported) {
  const TempDir folder;
  touch(folder.path() / "m-ax630c/a");
  const auto tree = list_folders((folder.path() / "m-ax630c/").string());
  ASSERT_FALSE(tree);
  EXPECT_EQ(tree.error().code, ErrorCode::kUnsupported);
  EXPECT_THAT(tree.error().message, HasSubstr("another chip"));
}

TEST(FolderTree, what_is_no_folder_is_not_found) {
  const TempDir folder;
  touch(folder.path() / "file");
  for (const char* name : {"none", "file", "file/below"}) {
    const auto tree = list_folders(folder.path() / name);
    ASSERT_FALSE(tree) << name;
    EXPECT_EQ(tree.error().code, ErrorCode::kNotFound);
    EXPECT_THAT(tree.error().message, HasSubstr((folder.path() / name).string()));
  }
}

TEST(FolderTree, folder_with_too_many_folders_is_refused) {
  const TempDir folder;
  for (int i = 0; i < 513; ++i) fs::create_directory(folder.path() / std::to_string(i));
  const auto tree = list_folders(folder.path());
  ASSERT_FALSE(tree);
  EXPECT_EQ(tree.error().code, ErrorCode::kUnsupported);
  EXPECT_THAT(tree.error().message, HasSubstr("more files or folders"));
}

}  // namespace
}  // namespace axllama::axmodel
