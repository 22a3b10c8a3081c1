#include "runner/parking.h"

#include <algorithm>
#include <numeric>

#include "runner/slots.h"

namespace axllama::runner {
namespace {

using Tokens = std::span<const Token>;

// How many tokens of the prompt it can serve.
size_t served(Tokens tokens, Tokens prompt, bool parts) {
  const size_t most = prompt.empty() ? 0 : prompt.size() - 1;
  const size_t shared = std::min(common_prefix(tokens, prompt), most);
  if (parts) return before_image(prompt, shared);
  return shared == tokens.size() ? shared : 0;
}

}  // namespace

bool goes_on(const History& history, size_t shared) {
  return shared + kPromptEnd >= history.prompt && 2 * shared >= history.prompt;
}

bool is_worth_parking(const History& history, size_t shared) {
  if (history.prompt == 0 || goes_on(history, shared)) return false;
  return history.tokens.size() >= shared + kLeastMoved;
}

std::optional<size_t> parked_with(std::span<const ParkedView> parked, Tokens tokens) {
  const auto it = std::ranges::find_if(
      parked, [&](const ParkedView& one) { return begins_with(one.history.tokens, tokens); });
  if (it == parked.end()) return std::nullopt;
  return static_cast<size_t>(it - parked.begin());
}

std::optional<ParkedChoice> choose_parked(std::span<const ParkedView> parked, Tokens prompt,
                                          int reuse, bool parts) {
  std::optional<size_t> best;
  size_t most = 0;
  for (size_t i = 0; i < parked.size(); ++i) {
    const size_t spares = served(parked[i].history.tokens, prompt, parts);
    const bool newer = best && parked[i].last_used > parked[*best].last_used;
    if (spares > most || (spares == most && newer)) {
      best = i;
      most = spares;
    }
  }
  if (!best || most < static_cast<size_t>(reuse) + kLeastMoved) return std::nullopt;
  return ParkedChoice{*best, static_cast<int>(most)};
}

std::optional<std::vector<size_t>> choose_dropped(std::span<const ParkedView> parked, Tokens tokens,
                                                  uint64_t bytes, uint64_t budget, bool parts) {
  if (bytes > budget) return std::nullopt;
  uint64_t held = 0;
  for (const ParkedView& one : parked) held += one.bytes;
  if (held <= budget - bytes) return std::vector<size_t>{};
  std::vector<size_t> order(parked.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::sort(order, {}, [&](size_t i) {
    const bool contained = parts && begins_with(tokens, parked[i].history.tokens);
    return std::pair(!contained, parked[i].last_used);
  });
  std::vector<size_t> dropped;
  for (const size_t i : order) {
    if (held <= budget - bytes) break;
    held -= parked[i].bytes;
    dropped.push_back(i);
  }
  return dropped;
}

}  // namespace axllama::runner
