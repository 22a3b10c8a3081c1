// Which slot serves a prompt. Pure functions of values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "engine/prompt.h"

namespace axllama::runner {

// Length of the longest common prefix.
size_t common_prefix(std::span<const Token> a, std::span<const Token> b);
bool begins_with(std::span<const Token> tokens, std::span<const Token> beginning);

// What the choice looks at.
struct SlotView {
  std::span<const Token> tokens;  // evaluated tokens in the slot
  bool busy = false;
  uint64_t last_used = 0;  // any growing count
};

struct SlotChoice {
  int slot = 0;
  int reuse = 0;  // tokens of the prompt that need no evaluation
};

// The idle slot that was unused longest; nothing when all are busy.
std::optional<int> longest_unused(std::span<const SlotView> slots);

// The idle slot with the longest common prefix wins when that prefix is worth keeping: at least a
// tenth of the prompt. Otherwise the one that was unused longest, so that a short common beginning
// (a system prompt) does not destroy somebody's long conversation. Nothing when all are busy.
// At least one token of the prompt is left to evaluate, because only an evaluated token has logits,
// and of an image all or nothing is reused.
std::optional<SlotChoice> choose_slot(std::span<const SlotView> slots,
                                      std::span<const Token> prompt);

}  // namespace axllama::runner
