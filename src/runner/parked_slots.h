// Conversations that lost their slot, kept in host memory within a budget. What goes wrong costs a
// prefill: it is logged, and nobody's request fails for it.
//
// Of the engine's thread, but for bytes().
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "engine/engine.h"
#include "runner/parking.h"

namespace axllama::runner {

class ParkedSlots {
 public:
  // `engine` outlives it. `budget`: bytes that all states together may take; 0: nothing is parked.
  ParkedSlots(Engine& engine, uint64_t budget) : engine_(engine), budget_(budget) {}

  // What of the parked serves the prompt clearly better than a slot that spares it `reuse` tokens.
  std::optional<ParkedChoice> find(std::span<const Token> prompt, int reuse) const;
  // Parks what is in the slot when a prompt that shares its first `shared` tokens makes that worth
  // while and the budget allows.
  void park(int slot, const History& history, size_t shared);
  // The same, then replaces what is in the slot by what was found. Gives the tokens that are in it
  // now; none when it could not be restored.
  std::vector<Token> exchange(int slot, const History& history, size_t shared,
                              const ParkedChoice& found);

  // In host memory; any thread.
  uint64_t bytes() const { return bytes_.load(std::memory_order_relaxed); }

 private:
  struct Parked {
    std::vector<Token> tokens;
    size_t prompt = 0;
    SlotState state = {};
    uint64_t last_used = 0;
  };
  std::vector<ParkedView> views() const;
  bool make_room(std::span<const Token> tokens, uint64_t bytes);
  Result<void> save(int slot, const History& history);
  std::vector<Token> restore(int slot, const Parked& parked, int reuse);
  void count_bytes();

  Engine& engine_;
  uint64_t budget_;
  std::vector<Parked> parked_;
  uint64_t uses_ = 0;
  uint64_t moving_ = 0;  // bytes of what is on its way into a slot
  std::atomic<uint64_t> bytes_ = 0;
};

}  // namespace axllama::runner
