#include "runner/slots.h"

#include <algorithm>

namespace axllama::runner {

size_t common_prefix(std::span<const Token> a, std::span<const Token> b) {
  const auto [end, other] = std::ranges::mismatch(a, b);
  return static_cast<size_t>(end - a.begin());
}

bool begins_with(std::span<const Token> tokens, std::span<const Token> beginning) {
  return common_prefix(tokens, beginning) == beginning.size();
}

std::optional<int> longest_unused(std::span<const SlotView> slots) {
  std::optional<size_t> oldest;
  for (size_t i = 0; i < slots.size(); ++i) {
    if (slots[i].busy) continue;
    if (!oldest || slots[i].last_used < slots[*oldest].last_used) oldest = i;
  }
  if (!oldest) return std::nullopt;
  return static_cast<int>(*oldest);
}

std::optional<SlotChoice> choose_slot(std::span<const SlotView> slots,
                                      std::span<const Token> prompt) {
  std::optional<size_t> longest;
  size_t longest_prefix = 0;
  for (size_t i = 0; i < slots.size(); ++i) {
    if (slots[i].busy) continue;
    const size_t prefix = common_prefix(slots[i].tokens, prompt);
    if (!longest || prefix > longest_prefix) {
      longest = i;
      longest_prefix = prefix;
    }
  }
  if (!longest) return std::nullopt;
  const bool worth = longest_prefix > 0 && longest_prefix * 10 >= prompt.size();
  const auto slot = worth ? *longest : static_cast<size_t>(*longest_unused(slots));
  const size_t prefix = common_prefix(slots[slot].tokens, prompt);
  const size_t most = prompt.empty() ? 0 : prompt.size() - 1;
  const size_t reuse = before_image(prompt, std::min(prefix, most));
  return SlotChoice{static_cast<int>(slot), static_cast<int>(reuse)};
}

}  // namespace axllama::runner
