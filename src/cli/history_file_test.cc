#include "cli/history_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"

namespace axllama::cli {
namespace {

namespace fs = std::filesystem;

class HistoryFileTest : public testing::Test {
 protected:
  ~HistoryFileTest() override { fs::remove_all(folder_); }
  const fs::path folder_ =
      fs::path(testing::TempDir()) / ("history_test_" + std::to_string(getpid()));
  const fs::path path_ = folder_ / "deep" / "history";
};

TEST_F(HistoryFileTest, what_is_added_is_there_the_next_time) {
  ASSERT_TRUE(HistoryFile(path_).add("one"));
  ASSERT_TRUE(HistoryFile(path_).add("two"));
  EXPECT_EQ(HistoryFile(path_).lines(), (std::vector<std::string>{"one", "two"}));
}

TEST_F(HistoryFileTest, a_new_file_is_for_its_owner_only) {
  ASSERT_TRUE(HistoryFile(path_).add("one"));
  struct stat facts{};
  ASSERT_EQ(stat(path_.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777, 0600u);
}

TEST_F(HistoryFileTest, only_the_last_hundred_are_kept) {
  HistoryFile file(path_);
  for (int i = 0; i < 103; ++i) ASSERT_TRUE(file.add(std::to_string(i)));
  EXPECT_EQ(file.lines().size(), kHistoryLines);
  EXPECT_EQ(HistoryFile(path_).lines().front(), "3");
}

TEST_F(HistoryFileTest, newlines_part_entries) {
  ASSERT_TRUE(HistoryFile(path_).add("one\ntwo"));
  EXPECT_EQ(HistoryFile(path_).lines().size(), 2u);
}

TEST_F(HistoryFileTest, without_a_path_nothing_is_written) {
  HistoryFile file("");
  EXPECT_TRUE(file.add("one"));
  EXPECT_EQ(file.lines().size(), 1u);
  EXPECT_FALSE(fs::exists(folder_));
}

}  // namespace
}  // namespace axllama::cli
