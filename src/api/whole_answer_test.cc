#include "api/whole_answer.h"

#include <gtest/gtest.h>

namespace axllama {
namespace {

TEST(WholeAnswer, pieces_are_joined_by_kind) {
  WholeAnswer answer;
  for (const Event& event : std::vector<Event>{
           Started{}, Thinking{"a", {{"a", -1}}}, Thinking{"b"}, Content{"c", {{"c", -2}}},
           ToolCalls{{{"1", 0, "f", "{}"}}}, Content{"d"}, ToolCalls{{{"2", 1, "g", "{}"}}}}) {
    answer.add(event);
  }
  EXPECT_EQ(answer.thinking, "ab");
  EXPECT_EQ(answer.content, "cd");
  EXPECT_EQ(answer.calls, (std::vector<ToolCall>{{"1", 0, "f", "{}"}, {"2", 1, "g", "{}"}}));
  EXPECT_EQ(answer.logprobs, (std::vector<TokenLogprob>{{"a", -1}, {"c", -2}}));
}

TEST(WholeAnswer, it_is_done_with_done_only) {
  WholeAnswer answer;
  answer.add(Failed{{ErrorCode::kInternal, "x"}});
  EXPECT_EQ(answer.done, std::nullopt);
  answer.add(Done{DoneReason::kLength, 3, 2, 1});
  EXPECT_EQ(answer.done, (Done{DoneReason::kLength, 3, 2, 1}));
}

}  // namespace
}  // namespace axllama
