#include "generate/logit_bias.h"

#include <fmt/format.h>
#include <llama.h>

#include <algorithm>
#include <cmath>

namespace axllama {

Result<LogitBias> LogitBias::create(std::span<const TokenBias> bias, int vocabulary_size) {
  LogitBias made;
  made.bias_.assign(bias.begin(), bias.end());
  std::ranges::sort(made.bias_, {}, &TokenBias::token);
  for (const TokenBias& each : bias) {
    if (each.token < 0 || each.token >= vocabulary_size)
      return fail(ErrorCode::kInvalidArgument, fmt::format("logit_bias: token {} is not in the "
                                                           "vocabulary of {}",
                                                           each.token, vocabulary_size));
    if (!std::isfinite(static_cast<float>(each.bias)))
      return fail(ErrorCode::kInvalidArgument, "logit_bias is no finite number");
  }
  const auto twice = std::ranges::adjacent_find(made.bias_, {}, &TokenBias::token);
  if (twice != made.bias_.end())
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("logit_bias: token {} is named twice", twice->token));
  return made;
}

std::vector<Token> LogitBias::with(std::vector<Token> others) const {
  if (bias_.empty()) return others;
  const auto middle = static_cast<std::ptrdiff_t>(others.size());
  for (const TokenBias& each : bias_) others.push_back(each.token);
  std::inplace_merge(others.begin(), others.begin() + middle, others.end());
  others.erase(std::ranges::unique(others).begin(), others.end());
  return others;
}

void LogitBias::apply(std::span<Candidate> candidates) const {
  for (const TokenBias& each : bias_) {
    Candidate* candidate = find_candidate(candidates, each.token);
    if (candidate != nullptr) candidate->logit += static_cast<float>(each.bias);
  }
}

}  // namespace axllama
