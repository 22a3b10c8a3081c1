#include "cli/run_options.h"

#include <gtest/gtest.h>

namespace axllama::cli {
namespace {

Result<std::optional<RunOptions>> parse(const std::vector<std::string>& words) {
  return parse_run(words);
}
RunOptions parsed(const std::vector<std::string>& words) {
  return parse(words).value().value();
}

TEST(RunOptions, without_words_it_is_a_talk_with_sprout) {
  const RunOptions options = parsed({});
  EXPECT_EQ(options.ask.model, "sprout");
  EXPECT_EQ(options.prompt, "");
  EXPECT_TRUE(options.word_wrap);
  EXPECT_TRUE(options.truncate);
  EXPECT_FALSE(options.ask.think);
}

TEST(RunOptions, first_word_is_the_model_and_the_rest_the_prompt) {
  const RunOptions options = parsed({"qwen3:4b", "why is", "the sky", "--verbose", "blue?"});
  EXPECT_EQ(options.ask.model, "qwen3:4b");
  EXPECT_EQ(options.prompt, "why is the sky blue?");
  EXPECT_TRUE(options.verbose);
}

TEST(RunOptions, every_flag) {
  const RunOptions options =
      parsed({"--keepalive", "1h", "--nowordwrap", "--format=json", "--hidethinking",
              "--truncate=false", "--dimensions", "64", "--insecure", "m"});
  EXPECT_EQ(options.ask.model, "m");
  EXPECT_EQ(options.ask.keep_alive, "1h");
  EXPECT_FALSE(options.word_wrap);
  EXPECT_EQ(options.ask.format.kind, Format::Kind::kJson);
  EXPECT_TRUE(options.hide_thinking);
  EXPECT_FALSE(options.truncate);
  EXPECT_EQ(options.dimensions, 64);
}

TEST(RunOptions, think_takes_its_word_only_after_an_equals_sign) {
  EXPECT_EQ(parsed({"m", "--think"}).ask.think, Think{true});
  EXPECT_EQ(parsed({"m", "--think=false"}).ask.think, Think{false});
  EXPECT_EQ(parsed({"m", "--think=high"}).ask.think, (Think{true, "high"}));
  const RunOptions options = parsed({"m", "--think", "high hopes"});
  EXPECT_EQ(options.ask.think, Think{true});
  EXPECT_EQ(options.prompt, "high hopes");
}

TEST(RunOptions, words_after_two_dashes_are_no_flags) {
  EXPECT_EQ(parsed({"m", "--", "--verbose"}).prompt, "--verbose");
}

TEST(RunOptions, what_cannot_be_right_is_refused) {
  EXPECT_FALSE(parse({"m", "--nonsense"}));
  EXPECT_FALSE(parse({"m", "--think=much"}));
  EXPECT_FALSE(parse({"m", "--format", "xml"}));
  EXPECT_EQ(parse({"m", "--keepalive", "5"}).error().message,
            "time: missing unit in duration \"5\"");
  EXPECT_FALSE(parse({"m", "--dimensions", "x"}));
}

TEST(RunOptions, piped_input_stands_before_the_prompt) {
  EXPECT_EQ(prompt_with_input("text\n", "sum it up"), "text\n sum it up");
  EXPECT_EQ(prompt_with_input("text", ""), "text");
  EXPECT_EQ(prompt_with_input("", "hi"), "hi");
}

}  // namespace
}  // namespace axllama::cli
