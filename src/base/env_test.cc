#include "base/env.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <set>
#include <string>

namespace axllama {
namespace {

// Sets OLLAMA_HOST for one test and puts it back afterwards.
class Env : public testing::Test {
 protected:
  void SetUp() override {
    const char* value = std::getenv(kName);
    was_set_ = value != nullptr;
    if (was_set_) old_ = value;
  }
  void TearDown() override { was_set_ ? setenv(kName, old_.c_str(), 1) : unsetenv(kName); }

  static std::string get_of(const char* value) {
    setenv(kName, value, 1);
    return env_get(kName);
  }
  static bool flag_of(const char* value) {
    setenv(kName, value, 1);
    return env_flag(kName);
  }

  static constexpr const char* kName = "OLLAMA_HOST";
  bool was_set_ = false;
  std::string old_;
};

TEST_F(Env, unset_variable_is_empty_and_false) {
  unsetenv(kName);
  EXPECT_EQ(env_get(kName), "");
  EXPECT_FALSE(env_flag(kName));
}

TEST_F(Env, space_and_quotes_around_a_value_are_dropped) {
  EXPECT_EQ(get_of("pi:11434"), "pi:11434");
  EXPECT_EQ(get_of("  pi:11434\t\n"), "pi:11434");
  EXPECT_EQ(get_of("\"pi:11434\""), "pi:11434");
  EXPECT_EQ(get_of("'pi:11434'"), "pi:11434");
  EXPECT_EQ(get_of(" \"pi:11434\" "), "pi:11434");
}

TEST_F(Env, space_and_quotes_inside_a_value_stay) {
  EXPECT_EQ(get_of("a b"), "a b");
  EXPECT_EQ(get_of("it's"), "it's");
}

TEST_F(Env, value_of_nothing_but_space_and_quotes_is_empty) {
  EXPECT_EQ(get_of("   "), "");
  EXPECT_EQ(get_of("\"\""), "");
}

TEST_F(Env, flags_are_false_only_for_the_words_that_say_so) {
  for (const char* value : {"", " ", "0", "f", "F", "false", "False", "FALSE", "\"0\""}) {
    EXPECT_FALSE(flag_of(value)) << '"' << value << '"';
  }
}

TEST_F(Env, flags_are_true_for_any_other_text) {
  for (const char* value : {"1", "t", "true", "TRUE", "yes", "no", "2", "fAlse"}) {
    EXPECT_TRUE(flag_of(value)) << '"' << value << '"';
  }
}

TEST(EnvTable, every_variable_stands_in_it_once_and_with_help) {
  std::set<std::string> names;
  for (const EnvVar& row : env_table()) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_STRNE(row.help, "") << row.name;
  }
  EXPECT_TRUE(names.contains("OLLAMA_MODELS"));
}

TEST(EnvDeathTest, reading_a_variable_that_is_not_in_the_table_is_a_bug) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(env_get("AXLLAMA_NO_SUCH_THING"), "AXLLAMA_NO_SUCH_THING is not in the table");
}

}  // namespace
}  // namespace axllama
