#include "engine/axcl/step.h"

#include <gtest/gtest.h>

namespace axllama::npu {
namespace {

TEST(Step, the_first_error_counts_and_stops_all) {
  Step step({}, {});
  EXPECT_FALSE(step.stopped());
  EXPECT_TRUE(step.result());
  step.fail({ErrorCode::kTimeout, "one", ""});
  step.fail({ErrorCode::kInternal, "other", ""});
  EXPECT_TRUE(step.stopped());
  EXPECT_EQ(step.result().error().message, "one");
}

TEST(Step, a_stop_is_a_cancellation_unless_something_failed_before) {
  std::stop_source stop;
  Step quiet({}, stop.get_token());
  Step failed({}, stop.get_token());
  failed.fail({ErrorCode::kTimeout, "late", ""});
  stop.request_stop();
  EXPECT_TRUE(quiet.stopped());
  EXPECT_EQ(quiet.result().error().code, ErrorCode::kCanceled);
  EXPECT_TRUE(failed.stopped());
  EXPECT_EQ(failed.result().error().code, ErrorCode::kTimeout);
}

// What nobody looked at before all was done did not stop it.
TEST(Step, a_stop_that_comes_too_late_is_none) {
  std::stop_source stop;
  Step step({}, stop.get_token());
  stop.request_stop();
  EXPECT_TRUE(step.result());
}

}  // namespace
}  // namespace axllama::npu
