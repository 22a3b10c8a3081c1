#include "cli/progress_text.h"

#include <gtest/gtest.h>

#include "cli/terminal.h"

namespace axllama::cli {
namespace {

TEST(ProgressText, bar_fills_the_line_exactly) {
  use_utf8();
  for (const int columns : {70, 80, 200}) {
    const Bar bar{"reading x.gguf", 2'600'000'000, 1'200'000'000, 30'000'000};
    EXPECT_EQ(text_columns(bar_text(bar, columns)), columns);
  }
}

TEST(ProgressText, bar_shows_share_sizes_rate_and_rest) {
  use_utf8();
  const Bar bar{"reading x", 2'600'000'000, 1'300'000'000, 100'000'000};
  EXPECT_EQ(bar_text(bar, 56), "reading x: 50% ▕████    ▏ 1.3 GB/2.6 GB   100 MB/s   13s");
}

TEST(ProgressText, finished_bar_shows_the_total) {
  use_utf8();
  EXPECT_EQ(bar_text({"reading x", 2'600'000'000, 2'600'000'000, 1}, 30),
            "reading x: 100% ▕█████▏ 2.6 GB");
}

TEST(ProgressText, rate_is_left_out_until_it_is_known) {
  use_utf8();
  EXPECT_EQ(bar_text({"x", 100, 0, 0}, 28), "x: 0% ▕          ▏ 0 B/100 B");
}

TEST(ProgressText, narrow_terminal_gets_numbers_only) {
  use_utf8();
  EXPECT_EQ(bar_text({"x", 100, 50, 0}, 10), "x: 50% 50 B/100 B");
}

TEST(ProgressText, a_load_shows_its_share_and_a_bar_of_forty_columns_at_most) {
  use_utf8();
  EXPECT_EQ(load_text("m", 0.5, 27), "loading m: 50% ▕█████     ▏");
  EXPECT_EQ(text_columns(load_text("m", 0.25, 200)), 15 + 42);
  EXPECT_EQ(load_text("m", 0.999, 20), "loading m: 99% ");
  EXPECT_EQ(load_text("m", 7, 20), "loading m: 100% ");
}

TEST(ProgressText, spinner_goes_round) {
  EXPECT_EQ(spinner_text(0), spinner_text(10));
  EXPECT_NE(spinner_text(0), spinner_text(1));
}

}  // namespace
}  // namespace axllama::cli
