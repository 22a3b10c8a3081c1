// Marks that a tokenizer knows as tokens of their own.
#pragma once

#include <string>
#include <vector>

#include "token/vocabulary.h"

namespace axllama {

// The tokens among `words` that are control tokens: their text does not show in an answer unless it
// is asked for.
std::vector<Token> control_tokens(const Vocabulary& vocabulary,
                                  const std::vector<std::string>& words);

}  // namespace axllama
