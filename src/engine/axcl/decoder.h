// Evaluates one token: all layers, then, when wanted, the head.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "axcl/queue.h"
#include "engine/axcl/loaded_model.h"
#include "engine/axcl/plan.h"
#include "engine/axcl/shortcuts.h"
#include "engine/axcl/slot_cache.h"

namespace axllama::npu {

// The head's last output, in host memory until the next run.
struct HeadOutput {
  std::vector<uint16_t> logits;  // bf16 [vocabulary], or [top_k]; empty when the head gives none
  std::vector<uint32_t> ids;     // [top_k]; empty when the head gives all
  std::vector<uint16_t> hidden;  // bf16 [hidden]
  bool operator==(const HeadOutput&) const = default;
};

// Runs the head on one hidden row that is on the card.
class HeadRunner {
 public:
  static Result<HeadRunner> create(const axcl::Functions& call, const Head& head);
  // Bytes on the card that create() takes.
  static uint64_t bytes(const axmodel::ModelFolder& folder);
  // The hidden row's own place, for those who copy it there.
  axcl::Address input() const { return input_.at(); }
  Result<void> bind_input(axcl::Address row);
  Result<void> run() { return binding_.execute(); }
  Result<void> queue(const axcl::Queue& queue) { return binding_.execute_on(queue.handle()); }
  // Fetches logits and ids, as far as the head gives them.
  Result<void> read(HeadOutput& output) const;
  // Fetches the row after the final norm; that before it, which the head read, when it gives none.
  Result<void> read_hidden(HeadOutput& output) const;
  bool gives_hidden() const { return head_->hidden.has_value(); }

 private:
  HeadRunner(const axcl::Functions& call, const Head& head, axcl::Binding binding)
      : call_(&call), head_(&head), binding_(std::move(binding)) {}
  const axcl::Functions* call_;
  const Head* head_;
  axcl::Binding binding_;
  Result<axcl::Memory> bind_output(std::optional<size_t> index, const std::string& what);

  axcl::Memory input_;
  axcl::Memory logits_;
  axcl::Memory ids_;
  axcl::Memory hidden_;
  axcl::Address row_ = nullptr;  // bound as the input
};

class Decoder {
 public:
  static Result<Decoder> create(const axcl::Functions& call, const axmodel::ModelFolder& folder,
                                const LoadedModel& model);
  // Bytes on the card that create() takes.
  static uint64_t bytes(const axmodel::ModelFolder& folder);

  // Evaluates one token at position piece.start of the slot and puts its keys and values there.
  // row: [hidden] bf16, its embedding, or what earlier layers gave. With `head` it runs that too;
  // the logits are to be read then. Waits for the end. kUnsupported when `how` asks for a stream
  // and the driver has none.
  Result<void> run(const Piece& piece, const SlotCache& slot, std::span<const std::byte> row,
                   Shortcuts how, HeadRunner* head);
  // The last layer's output of the last run, on the card: [hidden] bf16.
  axcl::Address output() const { return output_; }

 private:
  struct Layer {
    std::vector<axcl::Binding> groups;  // by decode group, in the folder's order
  };
  // Bytes, and where the parts of the block of inputs begin.
  struct Sizes {
    size_t hidden, row, mask, indices_at, mask_at;
  };
  // What the bindings were last made for.
  struct Bound {
    const SlotCache* slot = nullptr;
    Shortcuts how;
    size_t group = SIZE_MAX;
    bool operator==(const Bound&) const = default;
  };

  Decoder(const axcl::Functions& call, const axmodel::ModelFolder& folder, const LoadedModel& model)
      : call_(&call), folder_(&folder), model_(&model) {}
  static Sizes sizes(const axmodel::ModelFolder& folder);
  Result<void> allocate();
  Result<void> run_all(const Piece& piece, const SlotCache& slot, std::span<const std::byte> row,
                       Shortcuts how, HeadRunner* head);
  Result<size_t> group_number(int group) const;
  Result<void> bind(const Bound& wanted);
  Result<void> bind_cache_row(size_t group, const SlotCache& slot, int row);
  Result<void> send_inputs(const Piece& piece, std::span<const std::byte> row, Shortcuts how);
  Result<void> send_indices_and_mask();
  Result<void> run_layer(size_t layer, size_t group, const SlotCache& slot, int row, Shortcuts how);
  Result<void> copy(axcl::Address to, axcl::Address from, size_t bytes, bool queued);
  axcl::Address hidden_in(size_t layer, bool chained) const;
  axcl::Address hidden_out(size_t layer, bool chained) const;

  const axcl::Functions* call_;
  const axmodel::ModelFolder* folder_;
  const LoadedModel* model_;
  std::vector<Layer> layers_;
  // [hidden row | indices | mask], each at a 2 KB boundary; on the host and on the card.
  std::vector<std::byte> staged_;
  axcl::Memory inputs_;
  axcl::Memory indices_;  // places of their own, for when the block's can't be bound
  axcl::Memory mask_;
  size_t indices_at_ = 0;
  size_t mask_at_ = 0;
  size_t mask_bytes_ = 0;  // of the present group
  axcl::Memory other_hidden_;
  axcl::Memory new_keys_;  // one row
  axcl::Memory new_values_;
  std::optional<axcl::Queue> queue_;
  axcl::Address output_ = nullptr;
  Bound bound_;
};

}  // namespace axllama::npu
