// Makes named tokens likelier or less likely, as the request wants.
#pragma once

#include <span>
#include <vector>

#include "base/result.h"
#include "core/request.h"
#include "generate/candidates.h"
#include "token/vocabulary.h"

namespace axllama {

class LogitBias {
 public:
  // kInvalidArgument when a token is not in the vocabulary, is named twice, or its bias is no
  // finite number.
  static Result<LogitBias> create(std::span<const TokenBias> bias, int vocabulary_size);

  // The tokens that have a bias and `others`, which is ascending; ascending, each once.
  std::vector<Token> with(std::vector<Token> others) const;
  // Adds to the logits of candidates, which must be in order of their ids.
  void apply(std::span<Candidate> candidates) const;

 private:
  std::vector<TokenBias> bias_;  // ascending by token
};

}  // namespace axllama
