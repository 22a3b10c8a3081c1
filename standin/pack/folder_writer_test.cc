#include "standin/pack/folder_writer.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "standin/pack/test_support.h"

namespace axllama::pack {
namespace {

TEST(FolderWriter, subfolders_are_made_and_progress_is_told) {
  const Scratch scratch;
  std::vector<std::string> told;
  const auto progress = [&](const std::string& path, size_t done, size_t total) {
    told.push_back(path + " " + std::to_string(done) + "/" + std::to_string(total));
  };
  const auto written = write_folder(
      scratch.path / "new", {text_file("a", "1"), text_file("b/c", "2")}, false, {}, progress);
  ASSERT_TRUE(written) << written.error().text();
  EXPECT_EQ(get(scratch.path / "new/b/c"), "2");
  EXPECT_EQ(told, (std::vector<std::string>{"a 1/2", "b/c 2/2"}));
}

TEST(FolderWriter, folder_with_files_is_refused_unless_forced) {
  const Scratch scratch;
  put(scratch.path / "mine", "x");
  put(scratch.path / "a", "old");
  const auto refused = write_folder(scratch.path, {text_file("a", "new")}, false, {}, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kConflict);
  EXPECT_EQ(get(scratch.path / "a"), "old");
  ASSERT_TRUE(write_folder(scratch.path, {text_file("a", "new")}, true, {}, {}));
  EXPECT_EQ(get(scratch.path / "a"), "new");
  EXPECT_EQ(get(scratch.path / "mine"), "x");
}

TEST(FolderWriter, file_in_the_folders_place_is_refused) {
  const Scratch scratch;
  put(scratch.path / "file", "x");
  EXPECT_EQ(write_folder(scratch.path / "file", {}, false, {}, {}).error().code,
            ErrorCode::kConflict);
  EXPECT_EQ(write_folder(scratch.path / "file", {text_file("a", "")}, true, {}, {}).error().code,
            ErrorCode::kIo);
}

TEST(FolderWriter, first_failure_ends_it) {
  const Scratch scratch;
  const FolderFile broken = {"b", [](const auto&) { return fail(ErrorCode::kNoMemory, "no"); }};
  const auto written =
      write_folder(scratch.path, {text_file("a", ""), broken, text_file("c", "")}, false, {}, {});
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::kNoMemory);
  EXPECT_TRUE(std::filesystem::exists(scratch.path / "a"));
  EXPECT_FALSE(std::filesystem::exists(scratch.path / "c"));
}

TEST(FolderWriter, holes_take_no_room) {
  const Scratch scratch;
  ASSERT_TRUE(write_folder(scratch.path, {hole_file("hole", 1ULL << 32)}, false, {}, {}));
  struct stat status = {};
  ASSERT_EQ(::stat((scratch.path / "hole").c_str(), &status), 0);
  EXPECT_EQ(status.st_size, 1LL << 32);
  EXPECT_LT(status.st_blocks * 512, 1 << 16);
}

}  // namespace
}  // namespace axllama::pack
