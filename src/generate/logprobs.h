// How likely a model found a token, before any sampler had its say.
#pragma once

#include "core/event.h"
#include "engine/engine.h"
#include "token/vocabulary.h"

namespace axllama {

// The logarithm of the share of `token` in the softmax of all logits, and the `top` likeliest
// tokens, likeliest first, the lower id first among equals. A share of nothing, or a token that has
// no logit, is the lowest float: JSON knows no infinity. Control tokens have no text.
TokenLogprob logprob_of(const Logits& logits, const Vocabulary& vocabulary, Token token, int top);

}  // namespace axllama
