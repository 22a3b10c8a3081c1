#include "engine/axcl/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace axllama::npu {
namespace {

using testing::ElementsAre;

axmodel::ModelFolder folder() {
  axmodel::ModelFolder folder;
  folder.chunk = 128;
  folder.decode = {{5, 511}, {0, 1023}};
  folder.chunks = {{1, 0}, {2, 256}, {3, 512}};
  return folder;
}

TEST(Plan, a_prompt_of_several_chunks_takes_the_smallest_history_that_fits) {
  EXPECT_THAT(plan(folder(), 0, 300, {}),
              ElementsAre(Piece{true, 1, 0, 0, 128}, Piece{true, 2, 256, 128, 128},
                          Piece{true, 2, 256, 256, 44}));
}

TEST(Plan, a_short_tail_is_decoded_when_that_is_cheaper) {
  EXPECT_THAT(plan(folder(), 0, 130, {.decode = 1, .chunk = 4}),
              ElementsAre(Piece{true, 1, 0, 0, 128}, Piece{false, 5, 511, 128, 1},
                          Piece{false, 5, 511, 129, 1}));
}

TEST(Plan, a_tail_of_equal_cost_is_decoded) {
  EXPECT_EQ(plan(folder(), 0, 4, {.decode = 1, .chunk = 4}).size(), 4U);
  EXPECT_EQ(plan(folder(), 0, 5, {.decode = 1, .chunk = 4}).size(), 1U);
}

TEST(Plan, past_the_longest_history_tokens_are_decoded_one_by_one) {
  const std::vector<Piece> pieces = plan(folder(), 513, 20, {});
  ASSERT_EQ(pieces.size(), 20U);
  EXPECT_EQ(pieces.front(), (Piece{false, 0, 1023, 513, 1}));
}

TEST(Plan, a_decode_group_with_a_short_cache_serves_until_it_is_full) {
  EXPECT_EQ(decode_group(folder(), 510).group, 5);
  EXPECT_EQ(decode_group(folder(), 511).group, 0);
}

TEST(Plan, a_model_without_chunk_groups_decodes_everything) {
  axmodel::ModelFolder only;
  only.decode = {{0, 100}};
  EXPECT_EQ(plan(only, 0, 7, {}).size(), 7U);
}

TEST(Plan, pieces_cover_every_token_once) {
  for (int start = 0; start < 600; start += 37) {
    for (int count = 1; count < 400; count += 29) {
      int next = start;
      for (const Piece& piece : plan(folder(), start, count, {})) {
        EXPECT_EQ(piece.start, next);
        EXPECT_GE(piece.reach, piece.start);
        next += piece.rows;
      }
      EXPECT_EQ(next, start + count);
    }
  }
}

}  // namespace
}  // namespace axllama::npu
