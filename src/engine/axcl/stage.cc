#include "engine/axcl/stage.h"

#include <algorithm>

#include "base/log.h"
#include "engine/axcl/part.h"

namespace axllama::npu {

Result<std::unique_ptr<Stage>> Stage::load(const axcl::Functions& call, axmodel::ModelFolder part,
                                           MemoryGuard& guard, int slots,
                                           const LoadProgress& progress) {
  std::unique_ptr<Stage> stage(new Stage(call, std::move(part)));
  AX_CHECK(stage->load_all(guard, slots, progress));
  return stage;
}

Result<void> Stage::load_all(MemoryGuard& guard, int slots, const LoadProgress& progress) {
  AX_TRY(LoadedModel loaded, load_model(call_, part_, guard, progress));
  model_.emplace(std::move(loaded));
  AX_CHECK(make_slots(guard, slots));
  if (model_->head) {
    AX_TRY(HeadRunner head, HeadRunner::create(call_, *model_->head));
    head_.emplace(std::move(head));
  }
  AX_TRY(Decoder decoder, Decoder::create(call_, part_, *model_));
  decoder_.emplace(std::move(decoder));
  if (part_.chunk > 0 && !part_.chunks.empty()) {
    AX_TRY(Prefill prefill, Prefill::create(call_, part_, *model_));
    prefill_.emplace(std::move(prefill));
  }
  return {};
}

// The first must fit; the others may, as long as the floor is kept.
Result<void> Stage::make_slots(MemoryGuard& guard, int wanted) {
  const uint64_t one = SlotCache::bytes(part_, part_.layers.size());
  uint64_t taken = model_->bytes;
  for (int i = 0; i < wanted; ++i) {
    Result<SlotCache> cache =
        fail(ErrorCode::kNoMemory, "the rest of the card's memory is others'");
    // guard.later: this slot and the buffers.
    if (i == 0 || guard.admits(taken, guard.later)) cache = SlotCache::create(call_, part_);
    taken += one;
    if (!cache && i == 0) return std::unexpected(cache.error());
    if (!cache) {
      log_warn("only " + std::to_string(i) + " of " + std::to_string(wanted) +
               " slots: " + cache.error().text());
      break;
    }
    slots_.push_back(*std::move(cache));
  }
  return {};
}

void Stage::keep_slots(int count) {
  while (slots() > count) slots_.pop_back();
}

uint64_t Stage::bytes() const {
  const PartBytes bytes = bytes_of(part_, {0, part_.layers.size(), head_.has_value()});
  return model_->bytes + slots_.size() * bytes.cache + bytes.buffers;
}

Result<Verdict> Stage::check(const CheckPlan& plan, const EmbeddingTable& embeddings) {
  AX_TRY(Verdict verdict, self_check({call_, part_, slots_.front(), embeddings, *decoder_,
                                      prefill_ ? &*prefill_ : nullptr, head_ ? &*head_ : nullptr},
                                     plan));
  shortcuts_ = verdict.good;
  return verdict;
}

Result<void> Stage::evaluate(const Piece& piece, int slot, std::span<const std::byte> rows,
                             bool logits) {
  last_ = piece;
  const SlotCache& cache = slots_.at(static_cast<size_t>(slot));
  if (piece.chunk) return prefill_->run(piece, cache, rows, shortcuts_.async_chunks);
  return decoder_->run(piece, cache, rows, shortcuts_, logits && head_ ? &*head_ : nullptr);
}

Result<void> Stage::read_rows(std::vector<std::byte>& rows) const {
  rows.resize(static_cast<size_t>(last_.rows) * static_cast<size_t>(part_.hidden) * 2);
  return axcl::download(call_, rows, last_.chunk ? prefill_->output() : decoder_->output());
}

Result<void> Stage::give_row(int row) {
  if (!last_.chunk) return {};
  const size_t bytes = static_cast<size_t>(part_.hidden) * 2;
  AX_CHECK(head_->bind_input(head_->input()));
  return axcl::copy_on_card(call_, head_->input(),
                            prefill_->output() + static_cast<size_t>(row) * bytes, bytes);
}

Result<void> Stage::read_logits(int row, HeadOutput& output) {
  AX_CHECK(give_row(row));
  if (last_.chunk) AX_CHECK(head_->run());
  return head_->read(output);
}

Result<void> Stage::read_hidden(int row, HeadOutput& output) {
  AX_CHECK(give_row(row));
  if (last_.chunk && head_->gives_hidden()) AX_CHECK(head_->run());
  return head_->read_hidden(output);
}

}  // namespace axllama::npu
