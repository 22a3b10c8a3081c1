#include "runner/parked_slots.h"

#include <algorithm>
#include <new>
#include <utility>

#include "base/format.h"
#include "base/log.h"
#include "runner/slots.h"

namespace axllama::runner {
namespace {

std::string told(size_t tokens, uint64_t bytes) {
  return std::to_string(tokens) + " tokens (" + format_bytes(bytes) + ")";
}

Result<SlotState> save_slot(Engine& engine, int slot, int length) {
  try {
    return engine.save(slot, length);
  } catch (const std::bad_alloc&) {
    return fail(ErrorCode::kNoMemory, "the host has no memory for it");
  }
}

}  // namespace

std::vector<ParkedView> ParkedSlots::views() const {
  std::vector<ParkedView> views;
  for (const Parked& one : parked_) {
    views.push_back({{one.tokens, one.prompt}, one.state.bytes.size(), one.last_used});
  }
  return views;
}

void ParkedSlots::count_bytes() {
  uint64_t sum = moving_;
  for (const Parked& one : parked_) sum += one.state.bytes.size();
  bytes_.store(sum, std::memory_order_relaxed);
}

std::optional<ParkedChoice> ParkedSlots::find(std::span<const Token> prompt, int reuse) const {
  if (parked_.empty()) return std::nullopt;
  return choose_parked(views(), prompt, reuse, engine_.info().restores_parts);
}

bool ParkedSlots::make_room(std::span<const Token> tokens, uint64_t bytes) {
  const auto dropped =
      choose_dropped(views(), tokens, bytes, budget_ - moving_, engine_.info().restores_parts);
  if (!dropped) return false;
  for (const size_t i : *dropped) {
    log_debug("dropping parked " + told(parked_[i].tokens.size(), parked_[i].state.bytes.size()));
    parked_[i] = {};
  }
  std::erase_if(parked_, [](const Parked& one) { return one.tokens.empty(); });
  return true;
}

Result<void> ParkedSlots::save(int slot, const History& history) {
  const auto length = static_cast<int>(history.tokens.size());
  AX_TRY(const uint64_t bytes, engine_.saved_bytes(slot, length));
  if (!make_room(history.tokens, bytes)) {
    log_debug("not parked, for want of room: " + told(history.tokens.size(), bytes));
    return {};
  }
  AX_TRY(SlotState state, save_slot(engine_, slot, length));
  if (engine_.info().restores_parts) {  // the new one serves whatever they could
    std::erase_if(parked_,
                  [&](const Parked& one) { return begins_with(history.tokens, one.tokens); });
  }
  parked_.push_back(
      {{history.tokens.begin(), history.tokens.end()}, history.prompt, std::move(state), ++uses_});
  log_debug("parked " + told(history.tokens.size(), bytes) + " of slot " + std::to_string(slot));
  return {};
}

void ParkedSlots::park(int slot, const History& history, size_t shared) {
  if (budget_ == 0 || !is_worth_parking(history, shared)) return;
  if (const auto held = parked_with(views(), history.tokens)) {
    parked_[*held].last_used = ++uses_;
    return;
  }
  const Result<void> saved = save(slot, history);
  count_bytes();
  if (saved) return;
  log_warn("slot " + std::to_string(slot) + " is not parked: " + saved.error().text());
  if (saved.error().code == ErrorCode::kUnsupported) budget_ = 0;  // it would be the next time, too
}

std::vector<Token> ParkedSlots::restore(int slot, const Parked& parked, int reuse) {
  const Result<void> restored = engine_.restore(slot, parked.state, reuse);
  if (!restored) {
    log_warn("a parked conversation is lost: " + restored.error().text());
    return {};
  }
  log_debug("restored " + std::to_string(reuse) + " of " +
            told(parked.tokens.size(), parked.state.bytes.size()) + " to slot " +
            std::to_string(slot));
  return {parked.tokens.begin(), parked.tokens.begin() + reuse};
}

std::vector<Token> ParkedSlots::exchange(int slot, const History& history, size_t shared,
                                         const ParkedChoice& found) {
  const auto at = parked_.begin() + static_cast<std::ptrdiff_t>(found.parked);
  Parked incoming = std::move(*at);
  parked_.erase(at);
  moving_ = incoming.state.bytes.size();
  park(slot, history, shared);
  std::vector<Token> tokens = restore(slot, incoming, found.reuse);
  const bool in_part = !tokens.empty() && tokens.size() < incoming.tokens.size();
  // Lent to another conversation with the same beginning, it still waits for its own.
  if (in_part && !goes_on({incoming.tokens, incoming.prompt}, tokens.size())) {
    incoming.last_used = ++uses_;
    parked_.push_back(std::move(incoming));
  }
  incoming = {};
  moving_ = 0;
  count_bytes();
  return tokens;
}

}  // namespace axllama::runner
