#include "axmodel/folder_paths.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "axmodel/folder_test_support.h"

namespace axllama::axmodel {
namespace {

using testing::HasSubstr;

TEST(FolderPaths, names_are_relative_to_the_configs_folder_and_may_not_leave_the_root) {
  EXPECT_EQ(path_inside("/m", "/m", "a/./b.bin"), "/m/a/b.bin");
  EXPECT_EQ(path_inside("/m", "/m/sub", "b.bin"), "/m/sub/b.bin");
  EXPECT_EQ(path_inside("/m", "/m/sub", "../shared.bin"), "/m/shared.bin");
  EXPECT_EQ(path_inside(".", ".", "b.bin"), "b.bin");
  EXPECT_EQ(path_inside(".", "sub", "b.bin"), "sub/b.bin");
  for (const char* name : {"../b", "a/../../b", "/etc/passwd", "..", "a\nb", "a\x7f"}) {
    const auto path = path_inside("/m", "/m", name);
    ASSERT_FALSE(path) << name;
    EXPECT_EQ(path.error().code, ErrorCode::kCorrupt);
    EXPECT_THAT(path.error().message, HasSubstr("/m/config.json names"));
  }
  EXPECT_FALSE(path_inside("/m", "/m", std::string("a\0b", 3)));
  EXPECT_FALSE(path_inside("/m", "/m/sub", "../../m2/b"));
}

TEST(FolderPaths, file_is_found_in_either_spelling_and_folders_are_none) {
  const TempDir folder;
  const std::string a = (folder.path() / "a.axmodel").string();
  put_text(a + ".onnx", "x");
  EXPECT_EQ(existing_file(a), a + ".onnx");
  put_text(a, "x");
  EXPECT_EQ(existing_file(a), a);
  EXPECT_EQ(existing_file(folder.path() / "b.axmodel.onnx"), std::nullopt);
  EXPECT_EQ(existing_file(folder.path()), std::nullopt);
  EXPECT_TRUE(is_folder(folder.path()));
  EXPECT_FALSE(is_folder(a));
}

TEST(FolderPaths, what_was_not_fetched_is_told) {
  const TempDir folder;
  const std::string path = (folder.path() / "a.bin").string();
  put_text(path, kStub);
  EXPECT_THAT(check_fetched(path).error().message, HasSubstr("Git LFS pointer"));
  EXPECT_THAT(check_fetched(path).error().hint, HasSubstr("fetch"));
  put_text(path, "");
  EXPECT_THAT(check_fetched(path).error().message, HasSubstr("is empty"));
  put_text(path, "version");
  EXPECT_TRUE(check_fetched(path));
  EXPECT_EQ(check_fetched(path + "x").error().code, ErrorCode::kIo);
}

TEST(FolderPaths, start_of_a_file_is_read_up_to_the_limit) {
  const TempDir folder;
  const std::string path = (folder.path() / "a").string();
  put_text(path, "12345");
  EXPECT_EQ(read_start(path, 3), "123");
  EXPECT_EQ(read_start(path, 9), "12345");
}

}  // namespace
}  // namespace axllama::axmodel
