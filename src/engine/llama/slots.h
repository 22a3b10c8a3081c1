// The slots of a llama engine: one sequence of a context each.
#pragma once

#include <memory>
#include <span>
#include <stop_token>
#include <vector>

#include "engine/engine.h"
#include "engine/llama/context.h"
#include "engine/llama/projector.h"

namespace axllama {

// The functions are the Engine's; see there.
class Slots {
 public:
  // `context` holds `slots` sequences of at least `tokens` each and was made for `rows` rows and
  // `outputs` outputs a run.
  struct Limits {
    int slots = 1;
    int tokens = 0;
    int rows = 0;
    int outputs = 0;
    int vocabulary = 0;
    bool forgets_parts = true;
    int window = 0;  // tokens that a sliding layer looks back; 0: none slides
  };
  Slots(std::unique_ptr<Context> context, const Limits& limits);

  int count() const { return limits_.slots; }
  int length(int slot) const { return lengths_[static_cast<size_t>(slot)]; }
  bool can_shift() const;
  // libllama saves of a sliding layer only what its window still shows.
  bool restores_parts() const { return limits_.forgets_parts && limits_.window == 0; }
  ContextMemory memory() const { return context_->memory(); }

  // The n-th token's position: images may have more tokens than positions.
  int position(int slot, int n) const;

  int truncate(int slot, int n);
  Result<void> copy(int from, int to, int n);
  Result<void> shift(int slot, int keep, int discard);
  Result<uint64_t> saved_bytes(int slot, int n);
  Result<SlotState> save(int slot, int n);
  Result<void> restore(int slot, const SlotState& state, int n);
  Result<void> step(std::span<const Row> rows, const LogitsSink& sink, const std::stop_token& stop);
  // `projector` made the chunk.
  Result<void> step_image(int slot, Projector& projector, const ProjectorChunk& chunk,
                          const std::stop_token& stop);

 private:
  int& length_of(int slot) { return lengths_[static_cast<size_t>(slot)]; }
  std::vector<ImageSpan>& images_of(int slot) { return images_[static_cast<size_t>(slot)]; }
  int before_image(int slot, int n) const;
  bool ends_where_it_should(int slot) const;
  bool reaches_back(int slot, int n) const;
  Result<void> check_saved(int slot, int n) const;
  Result<void> check(std::span<const Row> rows);
  Result<void> check(int slot, const Projector& projector, const ProjectorChunk& chunk) const;
  Result<void> evaluate(std::span<const Row> rows, const LogitsSink& sink,
                        const std::stop_token& stop);
  Result<void> run(std::span<const Row> rows, size_t first, const LogitsSink& sink,
                   const std::stop_token& stop);
  void fill_batch(std::span<const Row> rows);
  void forget_after(const std::vector<int>& lengths);

  Limits limits_;
  std::unique_ptr<Context> context_;
  std::vector<int> lengths_;                    // in tokens
  std::vector<std::vector<ImageSpan>> images_;  // by slot, in rising order
  bool moved_ = false;  // a shift waits for the next run, which must not be cut short

  RowBatch batch_;
  std::vector<size_t> order_;  // of rows in the batch
  std::vector<int> places_;    // of each row in the batch
  std::vector<int> before_;
};

}  // namespace axllama
