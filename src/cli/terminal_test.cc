#include "cli/terminal.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include "base/fd.h"

namespace axllama::cli {
namespace {

TEST(Terminal, columns_of_text_follow_unicode) {
  use_utf8();
  EXPECT_EQ(text_columns("abc"), 3);
  EXPECT_EQ(text_columns("ä€"), 2);
  EXPECT_EQ(text_columns("日本"), 4);
  EXPECT_EQ(text_columns("e\u0301"), 1);
  EXPECT_EQ(text_columns("\xff\xfe"), 2);
}

TEST(Terminal, a_file_is_no_terminal_and_has_no_columns) {
  const Fd file(open("/dev/null", O_RDONLY | O_CLOEXEC));
  EXPECT_FALSE(is_terminal(file.get()));
  EXPECT_EQ(terminal_columns(file.get()), 0);
}

}  // namespace
}  // namespace axllama::cli
