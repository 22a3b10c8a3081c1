#include "axmodel/folder_findings.h"

#include <gtest/gtest.h>

namespace axllama::axmodel {
namespace {

TEST(FolderFindings, one_problem_is_told_as_it_is) {
  const Error problem = {ErrorCode::kNotFound, "a is missing", "fetch it"};
  EXPECT_EQ(joined_error({problem}, "/m"), problem);
}

TEST(FolderFindings, several_are_counted_and_listed_with_each_hint_once) {
  const Error error = joined_error({{ErrorCode::kNotFound, "a is missing", "fetch it"},
                                    {ErrorCode::kNotFound, "b is missing", "fetch it"},
                                    {ErrorCode::kNotFound, "c is missing", "ask"},
                                    {ErrorCode::kNotFound, "d is missing"}},
                                   "/m");
  EXPECT_EQ(error.message,
            "4 things are wrong with the model folder /m:\n"
            "a is missing\nb is missing\nc is missing\nd is missing");
  EXPECT_EQ(error.hint, "fetch it; ask");
  EXPECT_EQ(error.code, ErrorCode::kNotFound);
}

TEST(FolderFindings, code_is_that_of_the_problem_hardest_to_mend) {
  const Error missing = {ErrorCode::kNotFound, "a"};
  const Error corrupt = {ErrorCode::kCorrupt, "b"};
  const Error unsupported = {ErrorCode::kUnsupported, "c"};
  EXPECT_EQ(joined_error({missing, corrupt, unsupported}, "").code, ErrorCode::kUnsupported);
  EXPECT_EQ(joined_error({missing, corrupt}, "").code, ErrorCode::kCorrupt);
  EXPECT_EQ(joined_error({{ErrorCode::kIo, "d"}, missing}, "").code, ErrorCode::kIo);
}

TEST(FolderFindings, error_of_a_result_becomes_a_problem_and_leaves_the_value) {
  Findings findings;
  int value = 1;
  EXPECT_TRUE(findings.keep(Result<int>(2), value));
  EXPECT_FALSE(findings.keep(Result<int>(fail(ErrorCode::kIo, "no")), value));
  EXPECT_EQ(value, 2);
  ASSERT_EQ(findings.problems.size(), 1u);
  EXPECT_EQ(findings.problems[0].message, "no");
}

}  // namespace
}  // namespace axllama::axmodel
