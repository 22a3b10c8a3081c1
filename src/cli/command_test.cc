#include "cli/command.h"

#include <gtest/gtest.h>

#include "base/env.h"

namespace axllama::cli {
namespace {

int ran = 0;
std::vector<std::string> got;

Result<int> remember(Args args) {
  ++ran;
  got.assign(args.begin(), args.end());
  return 7;
}
Result<int> break_down(Args) {
  return fail(ErrorCode::kInternal, "it broke", "mend it");
}

constexpr Command kTable[] = {
    {"list", "ls", "List things", remember},
    {"break", nullptr, "Break down", break_down},
    {"version", nullptr, "Show the version", remember},
    {"secret", nullptr, nullptr, remember},
};

struct Outcome {
  int code;
  std::string out, err;
};

Outcome run(std::vector<std::string> words) {
  words.insert(words.begin(), "axllama");
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  ran = 0;
  got.clear();
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  const int code = dispatch(kTable, static_cast<int>(argv.size()), argv.data());
  Outcome outcome{code, testing::internal::GetCapturedStdout(), {}};
  outcome.err = testing::internal::GetCapturedStderr();
  return outcome;
}

TEST(Dispatch, runs_a_command_with_its_words) {
  EXPECT_EQ(run({"list", "a", "b"}).code, 7);
  EXPECT_EQ(got, (std::vector<std::string>{"a", "b"}));
}

TEST(Dispatch, knows_other_names) {
  EXPECT_EQ(run({"ls"}).code, 7);
  EXPECT_EQ(run({"-v"}).code, 7);
  EXPECT_EQ(run({"--version"}).code, 7);
}

TEST(Dispatch, an_error_goes_to_standard_error_and_exits_1) {
  const Outcome outcome = run({"break"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_EQ(outcome.err, "Error: it broke\nmend it\n");
  EXPECT_EQ(outcome.out, "");
}

TEST(Dispatch, unknown_commands_are_errors) {
  const Outcome outcome = run({"dance"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_EQ(outcome.err.find("Error: unknown command \"dance\" for \"axllama\"\n"), 0u);
}

TEST(Dispatch, help_lists_commands_and_environment) {
  const std::string help = run({"help"}).out;
  EXPECT_EQ(run({}).out, help);
  EXPECT_EQ(run({"-h"}).out, help);
  EXPECT_EQ(run({"--help"}).out, help);
  EXPECT_NE(help.find("list, ls"), std::string::npos);
  EXPECT_EQ(help.find("secret"), std::string::npos);
  for (const EnvVar& variable : env_table()) {
    EXPECT_NE(help.find(variable.name), std::string::npos) << variable.name;
  }
}

TEST(Dispatch, help_of_a_command_asks_the_command) {
  EXPECT_EQ(run({"help", "list"}).code, 7);
  EXPECT_EQ(got, std::vector<std::string>{"--help"});
  EXPECT_EQ(run({"help", "dance"}).code, 1);
}

TEST(Arguments, read_flags_options_and_words) {
  bool yes = false, on = true;
  std::string text, bare, first;
  int64_t number = 0;
  std::vector<std::string> rest;
  Arguments arguments("x", "does x");
  arguments.flag("-y,--yes", yes, "yes");
  arguments.flag("--on", on, "on");
  arguments.flag_or_word("--bare", "B", bare, "bare");
  arguments.option("-t,--text", text, "text");
  arguments.option("--number", number, "number");
  arguments.word("FIRST", first, "first");
  arguments.words("REST", rest, "rest", false);
  const std::vector<std::string> words = {"-y", "a", "--bare", "-t", "x y", "b", "--number=3", "c"};
  EXPECT_EQ(arguments.parse(words), Result<bool>(true));
  EXPECT_TRUE(yes);
  EXPECT_TRUE(on);
  EXPECT_EQ(bare, "B");
  EXPECT_EQ(text, "x y");
  EXPECT_EQ(number, 3);
  EXPECT_EQ(first, "a");
  EXPECT_EQ(rest, (std::vector<std::string>{"b", "c"}));
}

TEST(Arguments, a_missing_word_is_an_error) {
  std::string first;
  Arguments arguments("x", "does x");
  arguments.word("FIRST", first, "first");
  const Result<bool> parsed = arguments.parse({});
  ASSERT_FALSE(parsed);
  EXPECT_NE(parsed.error().message.find("FIRST"), std::string::npos);
  EXPECT_NE(parsed.error().hint.find("axllama x --help"), std::string::npos);
}

TEST(Arguments, help_is_printed) {
  std::string first;
  Arguments arguments("x", "does x");
  arguments.word("FIRST", first, "the first word");
  testing::internal::CaptureStdout();
  const std::vector<std::string> words = {"--help"};
  EXPECT_EQ(arguments.parse(words), Result<bool>(false));
  const std::string help = testing::internal::GetCapturedStdout();
  EXPECT_NE(help.find("axllama x"), std::string::npos);
  EXPECT_NE(help.find("the first word"), std::string::npos);
}

}  // namespace
}  // namespace axllama::cli
