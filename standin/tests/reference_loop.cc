#include "standin/tests/reference_loop.h"

#include <algorithm>
#include <bit>

namespace axllama::standin {
namespace {

constexpr uint16_t kVisible = 0;
constexpr uint16_t kBlocked = 0xC780;  // -65536 in bf16

// Orders bf16 values, but for NaN, as their numbers.
uint16_t order(uint16_t bf16) {
  return static_cast<uint16_t>((bf16 & 0x8000) != 0 ? ~bf16 : bf16 | 0x8000);
}

bool is_nan(uint16_t bf16) {
  return (bf16 & 0x7FFF) > 0x7F80;
}

}  // namespace

float HeadOutput::number(uint16_t bf16) {
  return std::bit_cast<float>(static_cast<uint32_t>(bf16) << 16);
}

int32_t HeadOutput::best() const {
  const auto at = std::ranges::max_element(logits, {}, order) - logits.begin();
  return static_cast<int32_t>(ids.empty() ? static_cast<uint32_t>(at)
                                          : ids[static_cast<size_t>(at)]);
}

bool HeadOutput::has_nan() const {
  return std::ranges::any_of(logits, is_nan);
}

ReferenceLoop::ReferenceLoop(const axcl::Library& api, const std::string& folder, Mistake mistake)
    : api_(api),
      files_(find_model_files(folder)),
      mistake_(mistake),
      head_(api, files_.head),
      head_input_(api, head_.input_bytes(0, "input")),
      head_output_(api, head_.output_bytes(0, "output")) {
  head_.bind_input(0, "input", head_input_.at());
  head_.bind_output(0, "output", head_output_.at());
  if (head_.has_output("indices")) {
    head_ids_ = Buffer(api, head_.output_bytes(0, "indices"));
    head_.bind_output(0, "indices", head_ids_.at());
  }
  for (const std::string& path : files_.layers) {
    layers_.push_back(std::make_unique<ReferenceLayer>(api, path));
    if (mistake_ == Mistake::kSwappedCaches) layers_.back()->swap_caches();
  }
  const ReferenceLayer& first = *layers_.front();
  hidden_ = first.file.input_bytes(kDecodeGroup, "input") / 2;
  row_bytes_ = first.file.output_bytes(kDecodeGroup, "K_cache_out");
  cache_rows_ = first.key_cache.bytes() / row_bytes_;
  for (uint32_t group = 0; group < first.file.groups(); ++group) {
    chunk_rows_ = std::max(chunk_rows_, first.rows(group));
  }
  forget();
}

void ReferenceLoop::forget() {
  filled_ = 0;
  if (mistake_ == Mistake::kCachesNotZeroed) return;
  for (const auto& layer : layers_) layer->zero_caches();
}

HeadOutput ReferenceLoop::prefill(std::span<const int32_t> tokens) {
  std::vector<uint16_t> hidden;
  size_t rows = 0;
  while (!tokens.empty()) {
    rows = std::min(chunk_rows_, tokens.size());
    hidden = chunk(tokens.first(rows));
    tokens = tokens.subspan(rows);
  }
  to_card(api_, head_input_.at(), hidden.data() + (rows - 1) * hidden_, hidden_ * 2);
  return run_head();
}

// The smallest chunk group that reads all that is cached.
uint32_t ReferenceLoop::group_for(size_t history) const {
  const ReferenceLayer& layer = *layers_.front();
  for (uint32_t group = 1; group < layer.file.groups(); ++group) {
    if (layer.rows(group) > 1 && layer.history(group) >= history) return group;
  }
  throw std::runtime_error("the prompt is too long for the chunk groups");
}

std::vector<uint16_t> ReferenceLoop::chunk(std::span<const int32_t> tokens) {
  const uint32_t group = group_for(filled_);
  const std::vector<uint16_t> mask = chunk_mask(group, tokens.size());
  std::vector<uint16_t> hidden = embeddings_of(files_, tokens, hidden_);
  hidden.resize(chunk_rows_ * hidden_);
  for (const auto& layer : layers_) chunk_layer(*layer, group, tokens.size(), mask, hidden);
  filled_ += tokens.size();
  return hidden;
}

// hidden: [P, H], the layer's input, then its output.
void ReferenceLoop::chunk_layer(ReferenceLayer& layer, uint32_t group, size_t rows,
                                const std::vector<uint16_t>& mask, std::vector<uint16_t>& hidden) {
  const std::vector<uint32_t> positions = chunk_positions();
  to_card(api_, layer.chunk.indices.at(), positions.data(), positions.size() * 4);
  to_card(api_, layer.chunk.mask.at(), mask.data(), mask.size() * 2);
  to_card(api_, layer.chunk.input.at(), hidden.data(), hidden.size() * 2);
  layer.file.run(group);
  const size_t slot = filled_ + (mistake_ == Mistake::kChunkInWrongSlot ? 1 : 0);
  on_card(api_, layer.key_cache.at(slot * row_bytes_), layer.chunk.keys.at(), rows * row_bytes_);
  on_card(api_, layer.value_cache.at(slot * row_bytes_), layer.chunk.values.at(),
          rows * row_bytes_);
  from_card(api_, hidden.data(), layer.chunk.output.at(), hidden.size() * 2);
}

std::vector<uint32_t> ReferenceLoop::chunk_positions() const {
  const size_t first = mistake_ == Mistake::kWrongChunkPosition ? 0 : filled_;
  std::vector<uint32_t> positions(chunk_rows_);
  for (size_t i = 0; i < positions.size(); ++i) positions[i] = static_cast<uint32_t>(first + i);
  return positions;
}

// [P, history + P]: what is cached, then the chunk itself up to and with each row.
std::vector<uint16_t> ReferenceLoop::chunk_mask(uint32_t group, size_t rows) const {
  const size_t history = layers_.front()->history(group);
  const size_t columns = history + chunk_rows_;
  const size_t hidden_rows = mistake_ == Mistake::kHistoryMaskHidesRow ? 1 : 0;
  const size_t ahead = mistake_ == Mistake::kChunkMaskSeesAhead ? 1 : 0;
  std::vector<uint16_t> mask(chunk_rows_ * columns, kBlocked);
  for (size_t row = 0; row < rows; ++row) {
    uint16_t* const line = mask.data() + row * columns;
    for (size_t i = hidden_rows; i < filled_; ++i) line[i] = kVisible;
    for (size_t i = 0; i <= std::min(row + ahead, rows - 1); ++i) line[history + i] = kVisible;
  }
  return mask;
}

HeadOutput ReferenceLoop::decode(int32_t token) {
  if (filled_ >= cache_rows_) throw std::runtime_error("the cache is full");
  const std::vector<uint16_t> embedding = embeddings_of(files_, {&token, 1}, hidden_);
  const std::vector<uint16_t> mask = decode_mask();
  const auto position =
      static_cast<uint32_t>(filled_ + (mistake_ == Mistake::kWrongPosition ? 1 : 0));
  to_card(api_, layers_.front()->decode.input.at(), embedding.data(), hidden_ * 2);
  for (size_t i = 0; i < layers_.size(); ++i) decode_layer(i, position, mask);
  ++filled_;
  return run_head();
}

// [N + 1]: what is cached, and last the token itself.
std::vector<uint16_t> ReferenceLoop::decode_mask() const {
  std::vector<uint16_t> mask(cache_rows_ + 1, kBlocked);
  std::fill_n(mask.begin(), filled_, kVisible);
  mask.back() = mistake_ == Mistake::kMaskHidesItself ? kBlocked : kVisible;
  if (mistake_ == Mistake::kMaskHidesRow) mask.front() = kBlocked;
  if (mistake_ == Mistake::kMaskShowsEmptyRow) mask[cache_rows_ - 1] = kVisible;
  return mask;
}

void ReferenceLoop::decode_layer(size_t index, uint32_t position,
                                 const std::vector<uint16_t>& mask) {
  ReferenceLayer& layer = *layers_[index];
  to_card(api_, layer.decode.indices.at(), &position, sizeof position);
  to_card(api_, layer.decode.mask.at(), mask.data(), mask.size() * 2);
  layer.file.run(kDecodeGroup);
  const size_t key_slot = filled_ + (mistake_ == Mistake::kKeyInWrongSlot ? 1 : 0);
  const size_t value_slot = filled_ + (mistake_ == Mistake::kValueInWrongSlot ? 1 : 0);
  on_card(api_, layer.key_cache.at(key_slot * row_bytes_), layer.decode.keys.at(), row_bytes_);
  on_card(api_, layer.value_cache.at(value_slot * row_bytes_), layer.decode.values.at(),
          row_bytes_);
  if (mistake_ == Mistake::kStaleHidden && index == 1) return;
  const bool last = index + 1 == layers_.size();
  const Buffer& next = last ? head_input_ : layers_[index + 1]->decode.input;
  on_card(api_, next.at(), layer.decode.output.at(), hidden_ * 2);
}

HeadOutput ReferenceLoop::run_head() {
  head_.run(0);
  HeadOutput out;
  out.logits.resize(head_output_.bytes() / 2);
  from_card(api_, out.logits.data(), head_output_.at(), head_output_.bytes());
  if (head_ids_.at() == nullptr) return out;
  out.ids.resize(head_ids_.bytes() / 4);
  from_card(api_, out.ids.data(), head_ids_.at(), head_ids_.bytes());
  return out;
}

}  // namespace axllama::standin
