#include "cli/table.h"

#include <gtest/gtest.h>

#include "cli/terminal.h"

namespace axllama::cli {
namespace {

TEST(Table, columns_are_padded_and_four_blanks_apart) {
  EXPECT_EQ(table_text({"NAME", "SIZE"}, {{"a", "1.5 KB"}, {"longer", "2 GB"}}),
            "NAME      SIZE   \n"
            "a         1.5 KB    \n"
            "longer    2 GB      \n");
}

TEST(Table, without_rows_there_is_the_head) {
  EXPECT_EQ(table_text({"NAME", "ID"}, {}), "NAME    ID \n");
}

TEST(Table, wide_letters_count_as_two_columns) {
  use_utf8();
  EXPECT_EQ(table_text({"N", "S"}, {{"日本", "1"}}),
            "N       S \n"
            "日本    1    \n");
}

TEST(Table, a_section_is_indented_and_ends_with_an_empty_line) {
  EXPECT_EQ(section_text("Model", {{"architecture", "qwen3"}, {"parameters", "2.8M"}}),
            "  Model\n"
            "    architecture    qwen3    \n"
            "    parameters      2.8M     \n"
            "\n");
}

TEST(Table, a_section_without_rows_is_nothing) {
  EXPECT_EQ(section_text("Model", {}), "");
}

}  // namespace
}  // namespace axllama::cli
