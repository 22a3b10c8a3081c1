// Makes tokens that were said lately less likely to be said again.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <span>
#include <vector>

#include "core/options.h"
#include "generate/candidates.h"
#include "token/vocabulary.h"

namespace axllama {

class Penalties {
 public:
  explicit Penalties(const Options& options);

  // False: nothing is ever changed, and nothing needs to be kept.
  bool on() const { return on_; }
  // A token that was said, in the prompt or in the answer.
  void accept(Token token);
  // The tokens in the window, ascending, each once.
  std::vector<Token> tokens() const;
  // Changes the logits of candidates in the window: divided by repeat_penalty when positive, else
  // multiplied by it; then less frequency_penalty for each time it was said and presence_penalty
  // once. Candidates must be in order of their ids.
  void apply(std::span<Candidate> candidates) const;

 private:
  size_t window_;  // most tokens that count
  float repeat_;
  float frequency_;
  float presence_;
  bool on_;
  std::deque<Token> said_;
  std::map<Token, int> counts_;
};

}  // namespace axllama
