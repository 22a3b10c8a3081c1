// Merge rules of a BPE vocabulary that comes without any, as tiktoken's do: a token's id is its
// rank.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace axllama {

// The rules in rank order, as pairs of byte strings, for tokens whose ids are their places.
//
// "Join the adjacent pair whose bytes are the token with the lowest id" makes each token of one and
// the same pair always: the two parts that the same algorithm, kept to lower ids, leaves of the
// token's own bytes. Those are its rule. A token of which more parts are left has no rule, as the
// algorithm never reaches it. Tokens that take no part (added tokens) are given as empty; of equal
// ones the first counts.
std::vector<std::pair<std::string_view, std::string_view>> merges_of_ranks(
    std::span<const std::string> tokens);

}  // namespace axllama
