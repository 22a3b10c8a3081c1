#include "base/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

namespace axllama {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;

class Log : public testing::Test {
 protected:
  void TearDown() override {
    log_configure(LogLevel::kInfo, "");
    unsetenv("OLLAMA_DEBUG");
  }
  static std::string written(void (*write)(std::string_view), std::string_view line) {
    testing::internal::CaptureStderr();
    write(line);
    return testing::internal::GetCapturedStderr();
  }
};

TEST_F(Log, line_has_time_level_name_and_text) {
  log_configure(LogLevel::kInfo, "runner 4711");
  EXPECT_THAT(written(log_warn, "card is hot"),
              MatchesRegex("20[0-9-]+T[0-9:.]+[+-][0-9:]+ W \\[runner 4711\\] card is hot\n"));
}

TEST_F(Log, text_with_braces_is_written_as_it_is) {
  EXPECT_THAT(written(log_info, "{} {0} %s"), HasSubstr("{} {0} %s\n"));
}

TEST_F(Log, lines_below_the_level_are_not_written) {
  log_configure(LogLevel::kWarn, "serve");
  EXPECT_THAT(written(log_info, "quiet"), IsEmpty());
  EXPECT_THAT(written(log_error, "loud"), HasSubstr("loud"));
  EXPECT_FALSE(log_enabled(LogLevel::kInfo));
  EXPECT_TRUE(log_enabled(LogLevel::kWarn));
}

TEST_F(Log, ollama_debug_chooses_the_level) {
  unsetenv("OLLAMA_DEBUG");
  EXPECT_EQ(log_level_from_env(), LogLevel::kInfo);
  const auto level_for = [](const char* value) {
    setenv("OLLAMA_DEBUG", value, 1);
    return log_level_from_env();
  };
  EXPECT_EQ(level_for("0"), LogLevel::kInfo);
  EXPECT_EQ(level_for("false"), LogLevel::kInfo);
  EXPECT_EQ(level_for("1"), LogLevel::kDebug);
  EXPECT_EQ(level_for("true"), LogLevel::kDebug);
  EXPECT_EQ(level_for("2"), LogLevel::kTrace);
}

}  // namespace
}  // namespace axllama
