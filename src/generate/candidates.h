// The tokens that a draw chooses among, taken from an engine's logits.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/engine.h"
#include "token/vocabulary.h"

struct llama_token_data;

namespace axllama {

// A token and its logit, in the form that libllama's samplers take.
using Candidate = llama_token_data;

// Values of `logits`; those past the vocabulary's size are padding and not counted.
size_t logit_count(const Logits& logits, int vocabulary_size);
// Value in place i < logit_count.
inline float logit_at(const Logits& logits, size_t i) {
  if (logits.bf16.empty()) return logits.f32[i];
  return std::bit_cast<float>(static_cast<uint32_t>(logits.bf16[i]) << 16);
}

// All tokens, in order of their ids. A logit that is no number is left out, here and below.
void take_all(const Logits& logits, int vocabulary_size, std::vector<Candidate>& out);
// The `count` likeliest tokens, those that are as likely as the last of them, and those of `also`,
// in order of their ids. One pass over the logits, and no copy of them. All of a selection (`ids`),
// which is small.
void take_best(const Logits& logits, int vocabulary_size, size_t count, std::span<const Token> also,
               std::vector<Candidate>& out);

// The candidate of a token among candidates in order of their ids; nullptr when it is not there.
Candidate* find_candidate(std::span<Candidate> candidates, Token token);

}  // namespace axllama
