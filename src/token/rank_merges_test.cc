#include "token/rank_merges.h"

#include <gmock/gmock.h>

namespace axllama {
namespace {

using testing::ElementsAre;
using testing::Pair;

TEST(RankMerges, a_token_is_made_of_the_two_parts_that_lower_ids_leave) {
  const std::vector<std::string> tokens = {"a", "b", "c", "bc", "abc", "ab", "abcab"};
  EXPECT_THAT(merges_of_ranks(tokens),
              ElementsAre(Pair("b", "c"), Pair("a", "bc"), Pair("a", "b"), Pair("abc", "ab")));
}

TEST(RankMerges, a_token_that_lower_ids_never_reach_has_no_rule) {
  const std::vector<std::string> tokens = {"a", "b", "aba"};
  EXPECT_TRUE(merges_of_ranks(tokens).empty());
}

TEST(RankMerges, added_tokens_take_no_part) {
  const std::vector<std::string> tokens = {"a", "", "aa", "aaaa"};
  EXPECT_THAT(merges_of_ranks(tokens), ElementsAre(Pair("a", "a"), Pair("aa", "aa")));
}

TEST(RankMerges, of_equal_tokens_the_first_counts) {
  const std::vector<std::string> tokens = {"a", "aa", "aa"};
  EXPECT_EQ(merges_of_ranks(tokens).size(), 1U);
}

}  // namespace
}  // namespace axllama
