#include "generate/logprobs.h"

#include <llama.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "generate/candidates.h"

namespace axllama {
namespace {

// Logarithm of the sum of all exponentials.
double log_sum(const Logits& logits, size_t count, float largest) {
  double sum = 0;
  for (size_t i = 0; i < count; ++i) {
    const float share = std::exp(logit_at(logits, i) - largest);
    if (!std::isnan(share)) sum += share;
  }
  return largest + std::log(sum);
}

double share(double logit, double log_total) {
  const double logprob = logit - log_total;
  return std::isfinite(logprob) ? logprob : std::numeric_limits<float>::lowest();
}

}  // namespace

TokenLogprob logprob_of(const Logits& logits, const Vocabulary& vocabulary, Token token, int top) {
  const auto wanted = static_cast<size_t>(std::max(top, 0));
  std::vector<Candidate> best;
  const Token also[] = {token};
  take_best(logits, vocabulary.size(), std::max<size_t>(wanted, 1), also, best);
  const Candidate* chosen = find_candidate(best, token);
  const double own = chosen == nullptr ? -INFINITY : chosen->logit;
  const auto kept = best.begin() +
                    static_cast<std::ptrdiff_t>(std::min(std::max<size_t>(wanted, 1), best.size()));
  std::ranges::partial_sort(best, kept, [](const Candidate& a, const Candidate& b) {
    return a.logit > b.logit || (a.logit == b.logit && a.id < b.id);
  });
  const float largest = best.empty() ? -INFINITY : best.front().logit;
  const double log_total = log_sum(logits, logit_count(logits, vocabulary.size()), largest);
  TokenLogprob result{vocabulary.piece(token), share(own, log_total)};
  for (auto each = best.begin(); each != kept && result.top.size() < wanted; ++each)
    result.top.push_back({vocabulary.piece(each->id), share(each->logit, log_total)});
  return result;
}

}  // namespace axllama
