#include "cli/word_wrap.h"

#include <gtest/gtest.h>

#include "cli/terminal.h"

namespace axllama::cli {
namespace {

// What a terminal shows after `text`: carries out newlines and the two escape sequences.
std::string screen(const std::string& text) {
  std::string shown;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text.compare(i, 3, "\x1b[K") == 0) {
      i += 2;
    } else if (text.compare(i, 2, "\x1b[") == 0) {
      const size_t end = text.find('D', i);
      for (int n = std::stoi(text.substr(i + 2, end - i - 2)); n > 0; --n) shown.pop_back();
      i = end;
    } else {
      shown += text[i];
    }
  }
  return shown;
}

std::string wrapped(int width, const std::vector<std::string>& pieces) {
  use_utf8();
  WordWrap wrap(width);
  std::string out;
  for (const std::string& piece : pieces) out += wrap.feed(piece);
  return out;
}

TEST(WordWrap, short_text_is_left_alone) {
  EXPECT_EQ(wrapped(20, {"a b", " c"}), "a b c");
}

TEST(WordWrap, word_that_does_not_fit_moves_to_the_next_line) {
  EXPECT_EQ(screen(wrapped(10, {"one two three"})), "one two \nthree");
}

TEST(WordWrap, a_word_in_pieces_moves_whole) {
  EXPECT_EQ(screen(wrapped(10, {"one two t", "hr", "ee f"})), "one two \nthree f");
}

TEST(WordWrap, blank_at_the_edge_becomes_the_line_break) {
  EXPECT_EQ(wrapped(7, {"one two three"}), "one two\nthree");
}

TEST(WordWrap, newline_begins_a_line) {
  EXPECT_EQ(wrapped(7, {"one two\nsix\n\nten"}), "one two\nsix\n\nten");
}

TEST(WordWrap, word_longer_than_a_line_is_cut) {
  EXPECT_EQ(wrapped(4, {"abcdefghij"}), "abcd\nefgh\nij");
}

TEST(WordWrap, accents_count_one_column) {
  EXPECT_EQ(wrapped(7, {"été été été"}), "été été\nété");
}

TEST(WordWrap, ideographs_count_two_columns_and_break_anywhere) {
  EXPECT_EQ(wrapped(7, {"日本語の文章"}), "日本語\nの文章");
}

TEST(WordWrap, broken_bytes_pass_through) {
  EXPECT_EQ(wrapped(10, {"a\xff"
                         "b"}),
            "a\xff"
            "b");
}

TEST(WordWrap, width_0_changes_nothing) {
  const std::string text(500, 'x');
  EXPECT_EQ(wrapped(0, {text}), text);
}

}  // namespace
}  // namespace axllama::cli
