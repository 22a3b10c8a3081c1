// How long prompts and answers may be. Pure functions of values (spec/ollama.md 7.3).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/message.h"
#include "engine/prompt.h"
#include "token/vocabulary.h"

namespace axllama::runner {

// Most tokens of an answer: num_predict, but negative or above 10 contexts means 10 contexts.
int64_t answer_limit(int64_t num_predict, int64_t context);

// First tokens that survive when a context is cut: num_keep and BOS, leaving room for four more. A
// negative num_keep is all `prompt` tokens.
int64_t kept_tokens(int64_t num_keep, int64_t prompt, bool adds_bos, int64_t context);

// A prompt longer than the context loses its middle: the first `keep` tokens stay, and so much of
// the end that half of the rest of the context is free for the answer.
// An image that either cut would split goes as a whole.
Prompt cut_prompt(Prompt prompt, int64_t context, int64_t keep);

// Tokens to drop behind the first `keep` when a context of `length` tokens is full: half of the
// rest.
int64_t discarded_tokens(int64_t length, int64_t keep);

// How many messages may be dropped so that a conversation gets shorter: all but the system messages
// and the last.
size_t droppable_messages(std::span<const Message> messages);

// The messages without the `count` oldest of those that may be dropped.
std::vector<Message> without_oldest(std::span<const Message> messages, size_t count);

}  // namespace axllama::runner
