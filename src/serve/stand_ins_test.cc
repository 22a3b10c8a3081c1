#include "serve/stand_ins.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace axllama::serve {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const Error kNoCard{ErrorCode::kUnavailable, "no card is connected", "check the power supply"};

class StandInsTest : public testing::Test {
 protected:
  StandInsTest() { stand_ins_.offer("/npu", "/gguf", "qwen3:4b-npu", "qwen3:4b"); }
  StandIns stand_ins_;
  StandIns::Time now_ = StandIns::Time() + std::chrono::hours(1);
  int request_ = 0;
};

TEST_F(StandInsTest, a_failure_lets_the_request_be_handled_once_more) {
  stand_ins_.note_failure("/npu", kNoCard, &request_, now_);
  EXPECT_TRUE(stand_ins_.takes_over(&request_));
  EXPECT_FALSE(stand_ins_.takes_over(&request_));
}

TEST_F(StandInsTest, without_an_offer_a_failure_is_just_that) {
  stand_ins_.note_failure("/other", kNoCard, &request_, now_);
  EXPECT_FALSE(stand_ins_.takes_over(&request_));
  EXPECT_THAT(stand_ins_.failed("/other", now_), IsEmpty());
}

TEST_F(StandInsTest, a_client_that_went_away_is_no_failure_of_the_card) {
  stand_ins_.note_failure("/npu", {ErrorCode::kCanceled, "request canceled"}, &request_, now_);
  EXPECT_FALSE(stand_ins_.takes_over(&request_));
  EXPECT_THAT(stand_ins_.failed("/npu", now_), IsEmpty());
}

TEST_F(StandInsTest, the_npu_is_left_alone_for_a_while_and_then_tried_again) {
  stand_ins_.note_failure("/npu", kNoCard, &request_, now_);
  EXPECT_THAT(stand_ins_.failed("/npu", now_ + StandIns::kRest / 2), HasSubstr("no card"));
  EXPECT_THAT(stand_ins_.failed("/npu", now_ + StandIns::kRest), IsEmpty());
}

TEST_F(StandInsTest, a_success_ends_the_rest) {
  stand_ins_.note_failure("/npu", kNoCard, &request_, now_);
  stand_ins_.note_success("/npu");
  EXPECT_THAT(stand_ins_.failed("/npu", now_), IsEmpty());
}

TEST_F(StandInsTest, the_notice_says_what_runs_instead_and_why) {
  EXPECT_THAT(stand_ins_.notice("/gguf", now_), IsEmpty());
  stand_ins_.note_failure("/npu", kNoCard, &request_, now_);
  EXPECT_EQ(stand_ins_.notice("/gguf", now_),
            "qwen3:4b runs on the CPU, for the NPU build qwen3:4b-npu can't be used: no card is "
            "connected (check the power supply)");
  EXPECT_THAT(stand_ins_.notice("/npu", now_), IsEmpty());
}

TEST_F(StandInsTest, each_build_knows_the_other) {
  EXPECT_THAT(stand_ins_.others("/npu"), ElementsAre("/gguf"));
  EXPECT_THAT(stand_ins_.others("/gguf"), ElementsAre("/npu"));
  EXPECT_THAT(stand_ins_.others("/else"), IsEmpty());
}

}  // namespace
}  // namespace axllama::serve
