// Which conversations are parked in host memory when their slot goes to another, and which come
// back. Pure functions of values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "token/vocabulary.h"

namespace axllama::runner {

// Fewer tokens are not moved between slot and host. A card waits 0.3 ms a transfer, 72 times for a
// model of 36 layers: 22 ms there and 22 ms back, and up to 0.4 ms a token for the bytes. 32 tokens
// are a quarter of a chunk, so their prefill is hardly dearer than that; shorter histories are
// mostly one greeting.
inline constexpr size_t kLeastMoved = 32;
// A template ends the prompt with tokens that it writes otherwise once the answer is known, an
// empty "<think>\n\n</think>\n\n" for one: four tokens in Qwen3's vocabulary.
inline constexpr size_t kPromptEnd = 4;

// A conversation in a slot or parked.
struct History {
  std::span<const Token> tokens;
  // How many of them were the last request's prompt, at most; the rest is its answer. 0: they are
  // no text that can come again, because a shift of the context has cut them.
  size_t prompt = 0;
};

// Whether a prompt that shares the first `shared` tokens carries the same conversation on, or asks
// for its last answer again. Then what it doesn't share will not come back: a thinking model's
// template drops the thoughts, a new answer replaces the old.
bool goes_on(const History& history, size_t shared);

// Whether a slot's history is to be parked before a prompt that shares the first `shared` tokens
// takes the slot: another conversation, with at least kLeastMoved tokens to lose.
bool is_worth_parking(const History& history, size_t shared);

struct ParkedView {
  History history;
  uint64_t bytes = 0;      // in host memory
  uint64_t last_used = 0;  // any growing count
};

// One that begins with these tokens: parking them again would add nothing.
std::optional<size_t> parked_with(std::span<const ParkedView> parked,
                                  std::span<const Token> tokens);

struct ParkedChoice {
  size_t parked = 0;  // its number
  int reuse = 0;      // first tokens that serve the prompt
};

// The parked history with the longest common prefix, when it spares the prompt at least kLeastMoved
// tokens more than the best slot, which spares it `reuse`; of two alike the one used last. `parts`:
// a history's beginning can be restored; otherwise only a whole one serves. One token of the prompt
// is left to evaluate, because only an evaluated token has logits.
std::optional<ParkedChoice> choose_parked(std::span<const ParkedView> parked,
                                          std::span<const Token> prompt, int reuse, bool parts);

// Which to drop so that `bytes` more, of a history with these tokens, fit into the budget: first
// those that are a beginning of it (with `parts`: they hold nothing that it doesn't), then those
// unused longest. Nothing when it can't fit at all.
std::optional<std::vector<size_t>> choose_dropped(std::span<const ParkedView> parked,
                                                  std::span<const Token> tokens, uint64_t bytes,
                                                  uint64_t budget, bool parts);

}  // namespace axllama::runner
