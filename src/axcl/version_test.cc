#include "axcl/version.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace axllama::axcl {
namespace {

using testing::HasSubstr;

struct Case {
  const char* text;
  std::optional<Version> version;
  bool streams;
};

TEST(Version, follows_the_table) {
  const Case cases[] = {
      {"V2.25.0", Version{2, 25, 0}, false},
      {"V3.6.5", Version{3, 6, 5}, true},
      {"V3.6.5_20250908020603_ID", Version{3, 6, 5}, true},
      {"V3.10.2", Version{3, 10, 2}, true},
      {"V3.16.0", Version{3, 16, 0}, true},
      {"3.4.0-rc1", Version{3, 4, 0}, true},
      {"v2.18", Version{2, 18, 0}, false},
      {"V1.2.3 (debug)", Version{1, 2, 3}, false},
      {"", std::nullopt, true},
      {"V", std::nullopt, true},
      {"V3", std::nullopt, true},
      {"V3.", std::nullopt, true},
      {"V3.6.", std::nullopt, true},
      {"V3.6.5.1", std::nullopt, true},
      {"V-3.6.5", std::nullopt, true},
      {"V3.6x", std::nullopt, true},
      {"V99999999999.1.1", std::nullopt, true},
      {"AX650N", std::nullopt, true},
  };
  for (const Case& one : cases) {
    EXPECT_EQ(parse_version(one.text), one.version) << one.text;
    EXPECT_EQ(streams_expected(parse_version(one.text)), one.streams) << one.text;
  }
}

TEST(Version, numbers_are_compared_as_numbers) {
  EXPECT_LT(*parse_version("V3.6.5"), *parse_version("V3.10.2"));
  EXPECT_LT(*parse_version("V2.25.0"), *parse_version("V3.0.0"));
}

TEST(Version, one_that_is_too_old_is_told_with_what_to_do) {
  EXPECT_EQ(version_remark("V2.25.0"), "");
  EXPECT_EQ(version_remark("V3.6.5_20250908020603_ID"), "");
  EXPECT_THAT(version_remark("V2.18.1"),
              testing::AllOf(HasSubstr("V2.18.1"), HasSubstr("install a newer axclhost package")));
  EXPECT_THAT(version_remark("nonsense"), HasSubstr("\"nonsense\" can't be read"));
  EXPECT_EQ(version_remark(""), "the AXCL runtime does not tell its version");
}

}  // namespace
}  // namespace axllama::axcl
