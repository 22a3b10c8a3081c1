#include "base/fd.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <iterator>

namespace axllama {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

bool is_open(int fd) {
  return ::fcntl(fd, F_GETFD) != -1;
}

int open_null() {
  return ::open("/dev/null", O_RDONLY | O_CLOEXEC);
}

class Files : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "axllama-fd-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { fs::remove_all(folder_); }

  fs::path write(const char* name, const std::string& content) const {
    std::ofstream(folder_ / name, std::ios::binary) << content;
    return folder_ / name;
  }
  long entries() const {
    return std::distance(fs::directory_iterator(folder_), fs::directory_iterator());
  }

  fs::path folder_;
};

TEST(Fd, closes_what_it_owns) {
  const int raw = open_null();
  {
    const Fd fd(raw);
    EXPECT_TRUE(fd);
    EXPECT_EQ(fd.get(), raw);
  }
  EXPECT_FALSE(is_open(raw));
}

TEST(Fd, owns_nothing_by_default) {
  EXPECT_FALSE(Fd());
}

TEST(Fd, hands_over_by_move) {
  Fd first(open_null());
  const int raw = first.get();
  const Fd second(std::move(first));
  EXPECT_EQ(second.get(), raw);
  EXPECT_TRUE(is_open(raw));
}

TEST(Fd, reset_closes_at_once) {
  Fd fd(open_null());
  const int raw = fd.get();
  fd.reset();
  EXPECT_FALSE(fd);
  EXPECT_FALSE(is_open(raw));
}

TEST(Fd, release_leaves_the_descriptor_open) {
  const int raw = Fd(open_null()).release();
  EXPECT_TRUE(is_open(raw));
  ::close(raw);
}

TEST(ErrnoError, names_what_where_and_why) {
  errno = ENOENT;
  EXPECT_EQ(errno_error("read", "/a/b"),
            (Error{ErrorCode::kNotFound, "read /a/b: No such file or directory"}));
  errno = EISDIR;
  EXPECT_EQ(errno_error("read", "/a").code, ErrorCode::kIo);
}

TEST(ErrnoError, full_disk_comes_with_a_hint) {
  errno = ENOSPC;
  EXPECT_THAT(errno_error("write", "/a").hint, HasSubstr("room"));
}

TEST_F(Files, whole_file_is_read) {
  std::string content;
  for (int i = 0; i < 200'000; ++i) content += static_cast<char>(i);
  EXPECT_EQ(read_file(write("big", content)), content);
  EXPECT_EQ(read_file(write("empty", "")), "");
}

TEST_F(Files, file_at_the_limit_is_read_and_one_byte_more_is_too_large) {
  const fs::path file = write("a", "12345");
  EXPECT_EQ(read_file(file, 5), "12345");
  ASSERT_FALSE(read_file(file, 4));
  EXPECT_EQ(read_file(file, 4).error().code, ErrorCode::kTooLarge);
  EXPECT_THAT(read_file(file, 4).error().message, HasSubstr("longer than 4 bytes"));
  EXPECT_EQ(read_file(write("b", ""), 0), "");
  EXPECT_EQ(read_file(file, SIZE_MAX), "12345");
}

TEST_F(Files, missing_file_is_not_found_and_a_folder_cannot_be_read) {
  EXPECT_EQ(read_file(folder_ / "none").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(read_file(folder_).error().code, ErrorCode::kIo);
}

TEST_F(Files, file_is_written_with_its_folders) {
  const fs::path file = folder_ / "x" / "y" / "file";
  ASSERT_TRUE(write_file_atomically(file, "content"));
  EXPECT_EQ(read_file(file), "content");
}

TEST_F(Files, file_is_replaced_and_nothing_else_is_left) {
  const fs::path file = write("file", "old");
  ASSERT_TRUE(write_file_atomically(file, std::string(1 << 20, 'n')));
  EXPECT_EQ(read_file(file), std::string(1 << 20, 'n'));
  EXPECT_EQ(entries(), 1);
}

TEST_F(Files, replaced_file_keeps_its_mode) {
  const fs::path file = write("secret", "old");
  fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
  ASSERT_TRUE(write_file_atomically(file, "new"));
  EXPECT_EQ(fs::status(file).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(Files, failed_write_leaves_the_old_and_no_temporary_file) {
  const fs::path folder = folder_ / "taken";
  fs::create_directory(folder);
  write("taken/inside", "here");
  const auto done = write_file_atomically(folder, "content");
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::kIo);
  EXPECT_EQ(read_file(folder / "inside"), "here");
  EXPECT_EQ(entries(), 1);
}

TEST_F(Files, folder_that_cannot_be_made_is_named) {
  write("file", "");
  const auto done = write_file_atomically(folder_ / "file" / "below", "content");
  ASSERT_FALSE(done);
  EXPECT_THAT(done.error().message, HasSubstr((folder_ / "file").string()));
}

}  // namespace
}  // namespace axllama
