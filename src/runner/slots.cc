#include "runner/slots.h"

#include <algorithm>

namespace axllama::runner {

size_t common_prefix(std::span<const Token> a, std::span<const Token> b) {
  const auto [end, other] = std::ranges::mismatch(a, b);
  return static_cast<size_t>(end - a.begin());
}

std::optional<SlotChoice> choose_slot(std::span<const SlotView> slots,
                                      std::span<const Token> prompt) {
  std::optional<size_t> longest, oldest;
  size_t longest_prefix = 0;
  for (size_t i = 0; i < slots.size(); ++i) {
    if (slots[i].busy) continue;
    const size_t prefix = common_prefix(slots[i].tokens, prompt);
    if (!longest || prefix > longest_prefix) {
      longest = i;
      longest_prefix = prefix;
    }
    if (!oldest || slots[i].last_used < slots[*oldest].last_used) oldest = i;
  }
  if (!longest) return std::nullopt;
  const bool worth = longest_prefix > 0 && longest_prefix * 10 >= prompt.size();
  const size_t slot = worth ? *longest : *oldest;
  const size_t prefix = common_prefix(slots[slot].tokens, prompt);
  const size_t most = prompt.empty() ? 0 : prompt.size() - 1;
  return SlotChoice{static_cast<int>(slot), static_cast<int>(std::min(prefix, most))};
}

}  // namespace axllama::runner
