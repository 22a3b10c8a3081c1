// Consecutive layers of a model on one card, perhaps with the head: their weights, the slots'
// caches of these layers, and what runs them. All of a model is one stage; a model that is split
// over cards is several.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "engine/axcl/decoder.h"
#include "engine/axcl/loaded_model.h"
#include "engine/axcl/plan.h"
#include "engine/axcl/prefill.h"
#include "engine/axcl/self_check.h"
#include "engine/axcl/slot_cache.h"

namespace axllama::npu {

// Made, used and destroyed on the thread of its card.
class Stage {
 public:
  // `part` is what part_of() gives. At least one slot; fewer than `slots` where `guard` leaves no
  // room for more. Errors of load_model; kNoMemory.
  static Result<std::unique_ptr<Stage>> load(const axcl::Functions& call, axmodel::ModelFolder part,
                                             MemoryGuard& guard, int slots,
                                             const LoadProgress& progress);

  const axmodel::ModelFolder& part() const { return part_; }
  int slots() const { return static_cast<int>(slots_.size()); }
  // Gives the slots from `count` on back.
  void keep_slots(int count);
  SlotCache& slot(int number) { return slots_.at(static_cast<size_t>(number)); }
  const axcl::Functions& call() const { return call_; }
  // Card memory it takes.
  uint64_t bytes() const;

  // Finds out which of the wanted shortcuts are good here, and uses those from then on.
  // `embeddings` give the rows that are tried. The slots must be empty.
  Result<Verdict> check(const CheckPlan& plan, const EmbeddingTable& embeddings);

  // Evaluates a piece through these layers. rows: [piece.rows, hidden] bf16. `logits`: those of
  // the last row will be read; only where part().head is.
  Result<void> evaluate(const Piece& piece, int slot, std::span<const std::byte> rows, bool logits);
  // Of the last piece: what the last layer gave, [piece.rows, hidden] bf16, for the next stage.
  Result<void> read_rows(std::vector<std::byte>& rows) const;
  // Of row `row` of the last piece.
  Result<void> read_logits(int row, HeadOutput& output);
  // The same, but the row after the final norm; that before it when the head gives none.
  Result<void> read_hidden(int row, HeadOutput& output);

 private:
  // Brings a row of a chunk to the head; a decoder does that itself.
  Result<void> give_row(int row);
  Stage(const axcl::Functions& call, axmodel::ModelFolder part)
      : call_(call), part_(std::move(part)) {}
  Result<void> load_all(MemoryGuard& guard, int slots, const LoadProgress& progress);
  Result<void> make_slots(MemoryGuard& guard, int wanted);

  const axcl::Functions& call_;
  const axmodel::ModelFolder part_;
  // In the order in which they are made.
  std::optional<LoadedModel> model_;
  std::vector<SlotCache> slots_;
  std::optional<HeadRunner> head_;
  std::optional<Decoder> decoder_;
  std::optional<Prefill> prefill_;
  Shortcuts shortcuts_;
  Piece last_;
};

}  // namespace axllama::npu
