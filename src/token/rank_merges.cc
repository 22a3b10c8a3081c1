#include "token/rank_merges.h"

#include <algorithm>
#include <limits>
#include <unordered_map>

namespace axllama {
namespace {

constexpr size_t kNoRank = std::numeric_limits<size_t>::max();

using Ranks = std::unordered_map<std::string_view, size_t>;

// A token's bytes, cut into parts that are joined one by one.
class Parts {
 public:
  Parts(std::string_view bytes, const Ranks& ranks, size_t limit)
      : bytes_(bytes), ranks_(ranks), limit_(limit), starts_(bytes.size() + 1) {
    for (size_t i = 0; i <= bytes.size(); ++i) starts_[i] = i;
    for (size_t i = 0; i + 2 < starts_.size(); ++i) pairs_.push_back(rank(i));
  }

  size_t count() const { return starts_.size() - 1; }
  std::string_view part(size_t i) const { return cut(starts_[i], starts_[i + 1]); }

  // Joins the pair with the lowest rank; false when none has a rank below the limit.
  bool join() {
    const auto best = std::ranges::min_element(pairs_);
    if (best == pairs_.end() || *best >= limit_) return false;
    const auto i = static_cast<size_t>(best - pairs_.begin());
    starts_.erase(starts_.begin() + static_cast<std::ptrdiff_t>(i) + 1);
    pairs_.erase(best);
    if (i < pairs_.size()) pairs_[i] = rank(i);
    if (i > 0) pairs_[i - 1] = rank(i - 1);
    return true;
  }

 private:
  std::string_view cut(size_t from, size_t to) const { return bytes_.substr(from, to - from); }
  size_t rank(size_t i) const {
    const auto found = ranks_.find(cut(starts_[i], starts_[i + 2]));
    return found == ranks_.end() ? kNoRank : found->second;
  }

  std::string_view bytes_;
  const Ranks& ranks_;
  size_t limit_;
  std::vector<size_t> starts_;  // of the parts, and the end
  std::vector<size_t> pairs_;   // rank of part i joined with part i + 1
};

}  // namespace

std::vector<std::pair<std::string_view, std::string_view>> merges_of_ranks(
    std::span<const std::string> tokens) {
  Ranks ranks;
  for (size_t id = 0; id < tokens.size(); ++id) {
    if (!tokens[id].empty()) ranks.emplace(tokens[id], id);
  }
  std::vector<std::pair<std::string_view, std::string_view>> merges;
  for (size_t id = 0; id < tokens.size(); ++id) {
    if (tokens[id].size() < 2 || ranks.at(tokens[id]) != id) continue;
    Parts parts(tokens[id], ranks, id);
    while (parts.join()) {
    }
    if (parts.count() == 2) merges.emplace_back(parts.part(0), parts.part(1));
  }
  return merges;
}

}  // namespace axllama
