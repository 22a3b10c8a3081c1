#include "generate/penalties.h"

#include <llama.h>

#include <limits>

namespace axllama {
namespace {

size_t window_of(int64_t repeat_last_n) {
  return repeat_last_n < 0 ? std::numeric_limits<size_t>::max()
                           : static_cast<size_t>(repeat_last_n);
}

}  // namespace

Penalties::Penalties(const Options& options)
    : window_(window_of(options.repeat_last_n)),
      repeat_(static_cast<float>(options.repeat_penalty)),
      frequency_(static_cast<float>(options.frequency_penalty)),
      presence_(static_cast<float>(options.presence_penalty)),
      on_(window_ > 0 && (repeat_ != 1.0F || frequency_ != 0.0F || presence_ != 0.0F)) {}

void Penalties::accept(Token token) {
  if (!on_) return;
  said_.push_back(token);
  ++counts_[token];
  if (said_.size() <= window_) return;
  const auto oldest = counts_.find(said_.front());
  if (--oldest->second == 0) counts_.erase(oldest);
  said_.pop_front();
}

std::vector<Token> Penalties::tokens() const {
  std::vector<Token> tokens;
  tokens.reserve(counts_.size());
  for (const auto& [token, count] : counts_) tokens.push_back(token);
  return tokens;
}

void Penalties::apply(std::span<Candidate> candidates) const {
  for (const auto& [token, count] : counts_) {
    Candidate* candidate = find_candidate(candidates, token);
    if (candidate == nullptr) continue;
    float& logit = candidate->logit;
    logit = logit <= 0 ? logit * repeat_ : logit / repeat_;
    logit -= static_cast<float>(count) * frequency_ + presence_;
  }
}

}  // namespace axllama
