// Evaluates a chunk of tokens through the layers. Hidden states stay on the card.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <vector>

#include "axcl/queue.h"
#include "engine/axcl/decoder.h"

namespace axllama::npu {

class Prefill {
 public:
  // folder.chunk must not be 0.
  static Result<Prefill> create(const axcl::Functions& call, const axmodel::ModelFolder& folder,
                                const LoadedModel& model);
  // Bytes on the card that create() takes.
  static uint64_t bytes(const axmodel::ModelFolder& folder);

  // Evaluates piece.rows tokens from position piece.start of the slot on and puts their keys and
  // values there. rows: [piece.rows, hidden] bf16, the embeddings, or what earlier layers gave.
  // `queued`: all is put on a stream and waited for once; kUnsupported when the driver has none.
  Result<void> run(const Piece& piece, const SlotCache& slot, std::span<const std::byte> rows,
                   bool queued);
  // The same through the first `layers` only: what a check needs.
  Result<void> run_first(size_t layers, const Piece& piece, const SlotCache& slot,
                         std::span<const std::byte> rows, bool queued);
  // The last layer's output of the last run, on the card: [chunk, hidden] bf16.
  axcl::Address output() const { return hidden(model_->layers.size()); }
  // What layer `layer` reads, and the one before it gave, in the last run: as output().
  axcl::Address hidden(size_t layer) const { return layer % 2 == 0 ? even_.at() : odd_.at(); }

 private:
  using Bindings = std::vector<axcl::Binding>;  // by layer

  Prefill(const axcl::Functions& call, const axmodel::ModelFolder& folder, const LoadedModel& model)
      : call_(&call), folder_(&folder), model_(&model) {}
  Result<void> allocate();
  Result<Bindings*> bindings(int group);
  Result<void> send_inputs(const Piece& piece, std::span<const std::byte> rows);
  Result<void> bind_caches(Bindings& bindings, const Piece& piece, const SlotCache& slot) const;
  Result<void> run_layers(const Bindings& layers, size_t count, const Piece& piece,
                          const SlotCache& slot, bool queued);

  const axcl::Functions* call_;
  const axmodel::ModelFolder* folder_;
  const LoadedModel* model_;
  std::map<int, Bindings> bindings_;  // by group, made when first used
  std::vector<std::byte> staged_;
  std::vector<uint16_t> mask_staged_;
  axcl::Memory even_;  // [chunk, hidden], read by even layers
  axcl::Memory odd_;
  axcl::Memory indices_;
  axcl::Memory mask_;
  axcl::Memory keys_;  // [chunk, kv_size], what a layer gives
  axcl::Memory values_;
  std::optional<axcl::Queue> queue_;  // made when first used
  axcl::Memory no_cache_;             // what the first chunk's group reads in place of a cache
};

}  // namespace axllama::npu
