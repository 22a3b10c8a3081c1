#include "engine/axcl/prefill.h"

#include <algorithm>
#include <numeric>

#include "engine/axcl/masks.h"

namespace axllama::npu {
namespace {

int longest_history(const axmodel::ModelFolder& folder) {
  return folder.chunks.empty() ? 0 : folder.chunks.back().history;
}

struct Sizes {
  size_t hidden, indices, mask, cache_rows, no_cache;
};

Sizes sizes(const axmodel::ModelFolder& folder) {
  const auto chunk = static_cast<size_t>(folder.chunk);
  const auto history = static_cast<size_t>(longest_history(folder));
  const auto widest = static_cast<size_t>(std::max(folder.hidden, folder.kv_size));
  return {chunk * static_cast<size_t>(folder.hidden) * 2, chunk * sizeof(uint32_t),
          chunk * (history + chunk) * 2, chunk * static_cast<size_t>(folder.kv_size) * 2,
          widest * 2};
}

}  // namespace

uint64_t Prefill::bytes(const axmodel::ModelFolder& folder) {
  if (folder.chunk == 0) return 0;
  const Sizes all = sizes(folder);
  uint64_t bytes = 0;
  for (const size_t one : {all.hidden, all.hidden, all.indices, all.mask, all.cache_rows,
                           all.cache_rows, all.no_cache}) {
    bytes += axcl::card_bytes(one);
  }
  return bytes;
}

Result<Prefill> Prefill::create(const axcl::Functions& call, const axmodel::ModelFolder& folder,
                                const LoadedModel& model) {
  Prefill prefill(call, folder, model);
  AX_CHECK(prefill.allocate());
  return prefill;
}

Result<void> Prefill::allocate() {
  const axcl::Functions& call = *call_;
  const Sizes all = sizes(*folder_);
  AX_TRY(even_, axcl::Memory::allocate(call, all.hidden, "hidden rows"));
  AX_TRY(odd_, axcl::Memory::allocate(call, all.hidden, "hidden rows"));
  AX_TRY(indices_, axcl::Memory::allocate(call, all.indices, "a chunk's indices"));
  AX_TRY(mask_, axcl::Memory::allocate(call, all.mask, "a chunk's mask"));
  AX_TRY(keys_, axcl::Memory::allocate(call, all.cache_rows, "a chunk's keys"));
  AX_TRY(values_, axcl::Memory::allocate(call, all.cache_rows, "a chunk's values"));
  AX_TRY(no_cache_, axcl::Memory::allocate(call, all.no_cache, "an empty cache"));
  AX_CHECK(axcl::fill(call, no_cache_.at(), 0, all.no_cache));
  // The card leaves rows past the last token unwritten, and the next layer reads them: NaN there
  // would spread through the attention even where the mask hides it.
  AX_CHECK(axcl::fill(call, even_.at(), 0, all.hidden));
  return axcl::fill(call, odd_.at(), 0, all.hidden);
}

Result<Prefill::Bindings*> Prefill::bindings(int group) {
  const auto found = bindings_.find(group);
  if (found != bindings_.end()) return &found->second;
  Bindings made;
  for (size_t i = 0; i < model_->layers.size(); ++i) {
    const Layer& layer = model_->layers[i];
    AX_TRY(axcl::Binding binding, axcl::Binding::create(layer.model, group));
    AX_CHECK(binding.input(layer.tensors.indices, indices_.at()));
    AX_CHECK(binding.input(layer.tensors.mask, mask_.at()));
    AX_CHECK(binding.input(layer.tensors.input, hidden(i)));
    AX_CHECK(binding.output(layer.tensors.output, hidden(i + 1)));
    AX_CHECK(binding.output(layer.tensors.keys_out, keys_.at()));
    AX_CHECK(binding.output(layer.tensors.values_out, values_.at()));
    made.push_back(std::move(binding));
  }
  return &bindings_.emplace(group, std::move(made)).first->second;
}

Result<void> Prefill::bind_caches(Bindings& bindings, const Piece& piece,
                                  const SlotCache& slot) const {
  for (size_t i = 0; i < bindings.size(); ++i) {
    const LayerTensors& at = model_->layers[i].tensors;
    const bool none = piece.reach == 0;
    AX_CHECK(bindings[i].input(at.keys, none ? no_cache_.at() : slot.keys(i)));
    AX_CHECK(bindings[i].input(at.values, none ? no_cache_.at() : slot.values(i)));
  }
  return {};
}

// Rows past the last token get zeros: any finite number does.
Result<void> Prefill::send_inputs(const Piece& piece, std::span<const std::byte> rows) {
  const Sizes all = sizes(*folder_);
  staged_.assign(all.hidden, std::byte{0});
  std::ranges::copy(rows, staged_.begin());
  AX_CHECK(axcl::upload(*call_, even_.at(), staged_));

  std::vector<uint32_t> positions(static_cast<size_t>(folder_->chunk));
  std::iota(positions.begin(), positions.begin() + piece.rows, static_cast<uint32_t>(piece.start));
  AX_CHECK(axcl::upload(*call_, indices_.at(), std::as_bytes(std::span(positions))));

  const int width = piece.reach + folder_->chunk;
  mask_staged_.resize(static_cast<size_t>(folder_->chunk) * static_cast<size_t>(width));
  write_chunk_mask(mask_staged_, folder_->chunk, piece.reach, piece.start, piece.rows);
  return axcl::upload(*call_, mask_.at(), std::as_bytes(std::span(mask_staged_)));
}

Result<void> Prefill::run(const Piece& piece, const SlotCache& slot,
                          std::span<const std::byte> rows, bool queued) {
  return run_first(model_->layers.size(), piece, slot, rows, queued);
}

Result<void> Prefill::run_first(size_t layers, const Piece& piece, const SlotCache& slot,
                                std::span<const std::byte> rows, bool queued) {
  if (queued && !queue_) {
    AX_TRY(axcl::Queue queue, axcl::Queue::create(*call_));
    queue_.emplace(std::move(queue));
  }
  AX_TRY(Bindings* const bound, bindings(piece.group));
  AX_CHECK(bind_caches(*bound, piece, slot));
  AX_CHECK(send_inputs(piece, rows));
  const Result<void> done = run_layers(*bound, layers, piece, slot, queued);
  if (!queued) return done;
  // Also after a failure: what is queued already must not outlive what it reads.
  const Result<void> waited = queue_->wait();
  return done ? waited : done;
}

Result<void> Prefill::run_layers(const Bindings& layers, size_t count, const Piece& piece,
                                 const SlotCache& slot, bool queued) {
  const size_t bytes = static_cast<size_t>(piece.rows) * slot.row_bytes();
  const auto copy = [&](axcl::Address to, axcl::Address from) {
    return queued ? queue_->copy(to, from, bytes) : axcl::copy_on_card(*call_, to, from, bytes);
  };
  for (size_t i = 0; i < count; ++i) {
    AX_CHECK(queued ? layers[i].execute_on(queue_->handle()) : layers[i].execute());
    AX_CHECK(copy(slot.keys(i, piece.start), keys_.at()));
    AX_CHECK(copy(slot.values(i, piece.start), values_.at()));
  }
  return {};
}

}  // namespace axllama::npu
