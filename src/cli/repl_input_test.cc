#include "cli/repl_input.h"

#include <gtest/gtest.h>

namespace axllama::cli {
namespace {

using Kind = Input::Kind;

Input message(std::string text) {
  return {Kind::kMessage, std::move(text)};
}
Input command(std::string text) {
  return {Kind::kCommand, std::move(text)};
}

TEST(InputAssembler, a_line_is_a_message) {
  InputAssembler assembler;
  EXPECT_EQ(assembler.feed("hello there"), message("hello there"));
  EXPECT_STREQ(assembler.prompt(), ">>> ");
}

TEST(InputAssembler, blank_lines_are_nothing) {
  InputAssembler assembler;
  EXPECT_FALSE(assembler.feed(""));
  EXPECT_FALSE(assembler.feed(" \t"));
  EXPECT_FALSE(assembler.open());
}

TEST(InputAssembler, a_slash_makes_a_command) {
  InputAssembler assembler;
  EXPECT_EQ(assembler.feed("  /show info "), command("/show info"));
}

TEST(InputAssembler, quotes_gather_lines) {
  InputAssembler assembler;
  EXPECT_FALSE(assembler.feed("\"\"\"first"));
  EXPECT_TRUE(assembler.open());
  EXPECT_STREQ(assembler.prompt(), "... ");
  EXPECT_FALSE(assembler.feed(""));
  EXPECT_FALSE(assembler.feed("/bye"));
  EXPECT_EQ(assembler.feed("last\"\"\""), message("first\n\n/bye\nlast"));
  EXPECT_FALSE(assembler.open());
}

TEST(InputAssembler, quotes_on_one_line) {
  InputAssembler assembler;
  EXPECT_EQ(assembler.feed("\"\"\"/not a command\"\"\""), message("/not a command"));
}

TEST(InputAssembler, closing_quotes_on_their_own_line) {
  InputAssembler assembler;
  EXPECT_FALSE(assembler.feed("\"\"\""));
  EXPECT_FALSE(assembler.feed("text"));
  EXPECT_EQ(assembler.feed("\"\"\" "), message("\ntext\n"));
}

TEST(InputAssembler, system_message_may_have_lines) {
  InputAssembler assembler;
  EXPECT_FALSE(assembler.feed("/set system \"\"\"You are"));
  EXPECT_STREQ(assembler.prompt(), "... ");
  EXPECT_EQ(assembler.feed("a bean.\"\"\""), command("/set system You are\na bean."));
}

TEST(InputAssembler, pasted_newlines_stay) {
  InputAssembler assembler;
  EXPECT_EQ(assembler.feed("one\ntwo"), message("one\ntwo"));
}

TEST(InputAssembler, reset_forgets) {
  InputAssembler assembler;
  EXPECT_FALSE(assembler.feed("\"\"\"first"));
  assembler.reset();
  EXPECT_EQ(assembler.feed("second"), message("second"));
}

}  // namespace
}  // namespace axllama::cli
