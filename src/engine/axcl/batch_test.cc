#include "engine/axcl/batch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace axllama::npu {
namespace {

using testing::ElementsAre;

axmodel::ModelFolder folder() {
  axmodel::ModelFolder folder;
  folder.chunk = 8;
  folder.decode = {{0, 32}};
  folder.chunks = {{1, 0}, {2, 8}};
  return folder;
}

std::vector<Row> rows(std::vector<int> slots) {
  std::vector<Row> rows;
  for (const int slot : slots) rows.push_back({slot, 1, false});
  return rows;
}

constexpr Costs kCosts = {.decode = 1, .chunk = 3};

TEST(Batch, runs_of_a_slot_are_split_into_pieces_in_the_order_of_the_rows) {
  const auto works = split_batch(folder(), rows({1, 0, 0, 0, 0, 0, 1}), {3, 5}, kCosts);
  EXPECT_THAT(works, ElementsAre(Work{1, {false, 0, 32, 5, 1}, 0}, Work{0, {true, 2, 8, 3, 5}, 1},
                                 Work{1, {false, 0, 32, 6, 1}, 6}));
}

TEST(Batch, nothing_is_no_work) {
  EXPECT_THAT(split_batch(folder(), {}, {0}, kCosts), ElementsAre());
}

TEST(Batch, what_cannot_be_evaluated_is_refused) {
  EXPECT_TRUE(check_batch(rows({0, 1, 0}), {2, 3}, 4, 2));
  const auto code = [](const Result<void>& result) {
    return result ? ErrorCode::kInternal : result.error().code;
  };
  EXPECT_EQ(code(check_batch(rows({0, 1, 0}), {3, 3}, 4, 2)), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code(check_batch(rows({2}), {0, 0}, 4, 2)), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code(check_batch(rows({-1}), {0, 0}, 4, 2)), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code(check_batch(rows({0}), {0, 0}, 4, 1)), ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace axllama::npu
