#include "axmodel/new_file.h"

#include "axmodel/test_support.h"

namespace axllama::axmodel {
namespace {

Result<void> put(NewFile& file, uint64_t offset, std::string_view text) {
  return file.write_at(offset, std::as_bytes(std::span(text)));
}

TEST(NewFile, has_its_name_only_after_commit) {
  const TempDir folder;
  const auto path = folder.path() / "a";
  auto file = NewFile::create(path, 6);
  ASSERT_TRUE(file) << file.error().text();
  ASSERT_TRUE(put(*file, 2, "cd"));
  EXPECT_FALSE(std::filesystem::exists(path));
  ASSERT_TRUE(file->commit());
  EXPECT_EQ(text_of(path), std::string("\0\0cd\0\0", 6));
  EXPECT_EQ(folder.entries(), 1);
}

TEST(NewFile, that_is_not_committed_goes_away) {
  const TempDir folder;
  {
    auto file = NewFile::create(folder.path() / "a", 6);
    ASSERT_TRUE(file);
    const NewFile moved(*std::move(file));
    EXPECT_EQ(folder.entries(), 1);
  }
  EXPECT_EQ(folder.entries(), 0);
}

TEST(NewFile, in_a_folder_that_is_missing_is_not_found) {
  const TempDir folder;
  const auto file = NewFile::create(folder.path() / "none" / "a", 1);
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().code, ErrorCode::kNotFound);
}

TEST(NewFile, that_cannot_replace_a_folder_leaves_nothing) {
  const TempDir folder;
  std::filesystem::create_directory(folder.path() / "a");
  {
    auto file = NewFile::create(folder.path() / "a", 1);
    ASSERT_TRUE(file);
    const auto done = file->commit();
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::kIo);
  }
  EXPECT_EQ(folder.entries(), 1);
}

}  // namespace
}  // namespace axllama::axmodel
