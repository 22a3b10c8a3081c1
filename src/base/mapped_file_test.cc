#include "base/mapped_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>

#include "base/fd.h"

namespace axllama {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

std::string_view text_of(const MappedFile& file) {
  return {reinterpret_cast<const char*>(file.bytes().data()), file.bytes().size()};
}

class MappedFiles : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "axllama-map-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { fs::remove_all(folder_); }

  fs::path write(const char* name, std::string_view content) const {
    std::ofstream(folder_ / name, std::ios::binary) << content;
    return folder_ / name;
  }

  fs::path folder_;
};

TEST_F(MappedFiles, all_bytes_of_a_file_are_there) {
  std::string content;
  for (int i = 0; i < 100'000; ++i) content += static_cast<char>(i % 251);
  const auto file = MappedFile::open(write("a", content));
  ASSERT_TRUE(file) << file.error().text();
  EXPECT_EQ(text_of(*file), content);
}

TEST_F(MappedFiles, empty_file_has_no_bytes) {
  const auto file = MappedFile::open(write("empty", ""));
  ASSERT_TRUE(file) << file.error().text();
  EXPECT_TRUE(file->bytes().empty());
}

TEST_F(MappedFiles, bytes_outlive_the_name_of_the_file) {
  const fs::path path = write("a", "content");
  const auto file = MappedFile::open(path);
  ASSERT_TRUE(file);
  fs::remove(path);
  EXPECT_EQ(text_of(*file), "content");
}

TEST_F(MappedFiles, move_keeps_the_bytes_in_place) {
  auto first = MappedFile::open(write("a", "content"));
  ASSERT_TRUE(first);
  const std::byte* const where = first->bytes().data();
  MappedFile second(*std::move(first));
  EXPECT_EQ(second.bytes().data(), where);
  EXPECT_TRUE(first->bytes().empty());
  MappedFile third;
  third = std::move(second);
  EXPECT_EQ(text_of(third), "content");
}

TEST_F(MappedFiles, missing_file_is_not_found) {
  const auto file = MappedFile::open(folder_ / "none");
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(file.error().message, HasSubstr((folder_ / "none").string()));
}

TEST_F(MappedFiles, folder_and_pipe_are_no_files) {
  ASSERT_EQ(::mkfifo((folder_ / "pipe").c_str(), 0600), 0);
  for (const fs::path& path : {folder_, folder_ / "pipe"}) {
    const auto file = MappedFile::open(path);
    ASSERT_FALSE(file);
    EXPECT_EQ(file.error(), (Error{ErrorCode::kIo, path.string() + " is not a file"}));
  }
}

}  // namespace
}  // namespace axllama
