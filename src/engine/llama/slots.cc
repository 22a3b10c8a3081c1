#include "engine/llama/slots.h"

#include <fmt/format.h>
#include <llama.h>

#include <algorithm>
#include <numeric>

#include "token/llama_log.h"

namespace axllama {
namespace {

std::unexpected<Error> refuse(std::string message) {
  return fail(ErrorCode::kInvalidArgument, std::move(message));
}

// How many of `rows`, from the first on, fit into one run.
size_t rows_of_a_run(std::span<const Row> rows, int most_outputs) {
  int outputs = 0;
  size_t n = 0;
  for (; n < rows.size(); ++n) {
    if (rows[n].wants_logits && ++outputs > most_outputs) break;
  }
  return n;
}

}  // namespace

Slots::Slots(std::unique_ptr<Context> context, const Limits& limits)
    : limits_(limits),
      context_(std::move(context)),
      lengths_(static_cast<size_t>(limits.slots), 0),
      images_(static_cast<size_t>(limits.slots)) {}

bool Slots::can_shift() const {
  return limits_.forgets_parts && llama_memory_can_shift(llama_get_memory(context_->get()));
}

int Slots::position(int slot, int n) const {
  int position = n;
  for (const ImageSpan& image : images_[static_cast<size_t>(slot)]) {
    if (image.begin < n) position -= image.tokens - image.positions;
  }
  return position;
}

// n, or where the image begins that a cut there would split.
int Slots::before_image(int slot, int n) const {
  for (const ImageSpan& image : images_[static_cast<size_t>(slot)]) {
    if (image.begin < n && n < image.begin + image.tokens) return image.begin;
  }
  return n;
}

int Slots::truncate(int slot, int n) {
  int& length = length_of(slot);
  if (n >= length) return length;
  n = before_image(slot, n);
  llama_memory_t memory = llama_get_memory(context_->get());
  const bool part =
      n > 0 && reaches_back(slot, n) && llama_memory_seq_rm(memory, slot, position(slot, n), -1);
  if (!part) {
    llama_memory_seq_rm(memory, slot, -1, -1);
    n = 0;
  }
  std::erase_if(images_of(slot), [n](const ImageSpan& image) { return image.begin >= n; });
  return length = n;
}

// A restored slot of a model with sliding layers has only the end of them.
bool Slots::reaches_back(int slot, int n) const {
  if (limits_.window == 0) return true;
  const int first_seen = std::max(0, position(slot, n) - limits_.window + 1);
  return llama_memory_seq_pos_min(llama_get_memory(context_->get()), slot) <= first_seen;
}

Result<void> Slots::copy(int from, int to, int n) {
  if (n < 0 || n > length(from)) {
    return refuse(fmt::format("can't copy {} tokens of {}", n, length(from)));
  }
  if (n < length(from) && !limits_.forgets_parts) {
    return fail(ErrorCode::kUnsupported, "this model can't share a part of its state");
  }
  if (from == to || n == 0) {
    truncate(to, n);
    return {};
  }
  // Sequences lie in streams of their own, between which libllama copies whole ones only.
  llama_memory_t memory = llama_get_memory(context_->get());
  llama_memory_seq_rm(memory, to, -1, -1);
  llama_memory_seq_cp(memory, from, to, -1, -1);
  length_of(to) = length(from);
  images_of(to) = images_of(from);
  if (truncate(to, n) == n) return {};
  return fail(ErrorCode::kUnsupported, "this slot can't share a part of its state any more");
}

Result<void> Slots::shift(int slot, int keep, int discard) {
  if (!can_shift()) return fail(ErrorCode::kUnsupported, "this model can't shift its context");
  int& length = length_of(slot);
  if (keep < 0 || discard <= 0 || keep + discard > length) {
    return refuse(fmt::format("can't drop tokens {} to {} of {}", keep, keep + discard, length));
  }
  if (before_image(slot, keep) != keep || before_image(slot, keep + discard) != keep + discard) {
    return refuse("can't drop a part of an image");
  }
  std::erase_if(images_of(slot), [&](const ImageSpan& image) {
    return image.begin >= keep && image.begin < keep + discard;
  });
  for (ImageSpan& image : images_of(slot)) {
    if (image.begin > keep) image.begin -= discard;
  }
  llama_memory_t memory = llama_get_memory(context_->get());
  llama_memory_seq_rm(memory, slot, keep, keep + discard);
  llama_memory_seq_add(memory, slot, keep + discard, -1, -discard);
  length -= discard;
  moved_ = true;
  return {};
}

Result<void> Slots::check_saved(int slot, int n) const {
  if (n <= 0 || n > length(slot)) {
    return refuse(fmt::format("can't save {} tokens of {}", n, length(slot)));
  }
  if (n < length(slot) && !restores_parts()) {
    return fail(ErrorCode::kUnsupported, "this model can't save a part of its state");
  }
  // libllama moves the keys in the next run only, but would save the new positions.
  if (moved_) return fail(ErrorCode::kBusy, "a shift of the context waits for the next step");
  return {};
}

// libllama saves whole sequences only: what is behind n goes along, and restore() drops it.
Result<uint64_t> Slots::saved_bytes(int slot, int n) {
  AX_CHECK(check_saved(slot, n));
  LlamaErrorLines lines;
  const size_t bytes = llama_state_seq_get_size(context_->get(), slot);
  if (bytes == 0) return fail(ErrorCode::kUnsupported, "libllama can't save: " + lines.text());
  return bytes;
}

Result<SlotState> Slots::save(int slot, int n) {
  AX_TRY(const uint64_t bytes, saved_bytes(slot, n));
  LlamaErrorLines lines;
  SlotState state{n, std::vector<std::byte>(bytes), images_of(slot), length(slot)};
  auto* const to = reinterpret_cast<uint8_t*>(state.bytes.data());
  if (llama_state_seq_get_data(context_->get(), to, bytes, slot) == bytes) return state;
  return fail(ErrorCode::kInternal, "libllama can't save a slot: " + lines.text());
}

// The last rows of an image share a position, so that it may only begin there.
bool Slots::ends_where_it_should(int slot) const {
  const int last = before_image(slot, length(slot) - 1);
  return llama_memory_seq_pos_max(llama_get_memory(context_->get()), slot) >= position(slot, last);
}

Result<void> Slots::restore(int slot, const SlotState& state, int n) {
  truncate(slot, 0);
  if (n <= 0 || n > state.length) {
    return refuse(fmt::format("can't restore {} tokens of {}", n, state.length));
  }
  if (n < state.length && !restores_parts()) {
    return fail(ErrorCode::kUnsupported, "this model can't restore a part of its state");
  }
  LlamaErrorLines lines;
  const auto* const from = reinterpret_cast<const uint8_t*>(state.bytes.data());
  const size_t bytes = state.bytes.size();
  if (llama_state_seq_set_data(context_->get(), from, bytes, slot) != bytes) {
    llama_memory_seq_rm(llama_get_memory(context_->get()), slot, -1, -1);
    return fail(ErrorCode::kInternal, "libllama can't restore a slot: " + lines.text());
  }
  images_of(slot) = state.images;
  length_of(slot) = state.held;
  if (ends_where_it_should(slot) && truncate(slot, n) == n) return {};
  truncate(slot, 0);
  return fail(ErrorCode::kInternal, "libllama restored fewer tokens than it saved");
}

Result<void> Slots::step(std::span<const Row> rows, const LogitsSink& sink,
                         const std::stop_token& stop) {
  AX_CHECK(check(rows));
  before_ = lengths_;
  Result<void> done = evaluate(rows, sink, stop);
  if (!done) forget_after(before_);
  return done;
}

Result<void> Slots::check(std::span<const Row> rows) {
  if (rows.size() > static_cast<size_t>(limits_.rows)) {
    return refuse(fmt::format("{} rows in a step; at most {}", rows.size(), limits_.rows));
  }
  before_ = lengths_;
  for (const Row& row : rows) {
    if (row.slot < 0 || row.slot >= limits_.slots) {
      return refuse(fmt::format("slot {} of {}", row.slot, limits_.slots));
    }
    if (row.token < 0 || row.token >= limits_.vocabulary) {
      return refuse(fmt::format("token {} in a vocabulary of {}", row.token, limits_.vocabulary));
    }
    if (++before_[static_cast<size_t>(row.slot)] > limits_.tokens) {
      return refuse(fmt::format("slot {} is full: {} tokens", row.slot, limits_.tokens));
    }
  }
  return {};
}

Result<void> Slots::check(int slot, const Projector& projector, const ProjectorChunk& chunk) const {
  if (slot < 0 || slot >= limits_.slots) {
    return refuse(fmt::format("slot {} of {}", slot, limits_.slots));
  }
  if (length(slot) + chunk.tokens() > limits_.tokens) {
    return refuse(fmt::format("an image of {} tokens does not fit behind {} of {}", chunk.tokens(),
                              length(slot), limits_.tokens));
  }
  if (chunk.tokens() > limits_.rows && projector.sees_both_ways(chunk)) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("this model evaluates an image of {} tokens in one step, which is "
                            "limited to {}: set num_batch to at least {}",
                            chunk.tokens(), limits_.rows, chunk.tokens()));
  }
  return {};
}

Result<void> Slots::step_image(int slot, Projector& projector, const ProjectorChunk& chunk,
                               const std::stop_token& stop) {
  AX_CHECK(check(slot, projector, chunk));
  AX_TRY(float* const rows, projector.encode(chunk, stop));
  const int before = length(slot);
  const int at = position(slot, before);
  const Context::ImageRows image{projector.get(), chunk.get(), rows, limits_.rows};
  Result<void> done = context_->run_image(image, at, slot, moved_ ? std::stop_token() : stop);
  images_of(slot).push_back({before, chunk.tokens(), chunk.positions()});
  length_of(slot) += chunk.tokens();
  if (done) {
    moved_ = false;
  } else {
    truncate(slot, before);
  }
  return done;
}

Result<void> Slots::evaluate(std::span<const Row> rows, const LogitsSink& sink,
                             const std::stop_token& stop) {
  for (size_t first = 0; first < rows.size();) {
    if (stop.stop_requested()) return fail(ErrorCode::kCanceled, "the evaluation was canceled");
    const size_t n = rows_of_a_run(rows.subspan(first), limits_.outputs);
    AX_CHECK(run(rows.subspan(first, n), first, sink, stop));
    first += n;
  }
  return {};
}

Result<void> Slots::run(std::span<const Row> rows, size_t first, const LogitsSink& sink,
                        const std::stop_token& stop) {
  fill_batch(rows);
  AX_CHECK(context_->run(batch_, moved_ ? std::stop_token() : stop));
  moved_ = false;
  for (size_t i = 0; i < rows.size(); ++i) {
    if (!rows[i].wants_logits) continue;
    const float* logits = llama_get_logits_ith(context_->get(), places_[i]);
    if (logits == nullptr) return fail(ErrorCode::kInternal, "libllama gives no logits");
    Logits row;
    row.f32 = {logits, static_cast<size_t>(limits_.vocabulary)};
    sink(first + i, row);
  }
  return {};
}

// libllama computes neighbouring sequences together only when they come in rising order.
void Slots::fill_batch(std::span<const Row> rows) {
  order_.resize(rows.size());
  std::iota(order_.begin(), order_.end(), size_t{0});
  std::ranges::stable_sort(order_, {}, [&](size_t i) { return rows[i].slot; });
  places_.resize(rows.size());
  batch_.clear();
  for (const size_t i : order_) {
    const Row& row = rows[i];
    places_[i] = static_cast<int>(batch_.size());
    batch_.add(row.token, position(row.slot, length(row.slot)), row.slot, row.wants_logits);
    ++length_of(row.slot);
  }
}

void Slots::forget_after(const std::vector<int>& lengths) {
  for (int slot = 0; slot < limits_.slots; ++slot) {
    truncate(slot, lengths[static_cast<size_t>(slot)]);
  }
}

}  // namespace axllama
