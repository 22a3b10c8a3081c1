#include "engine/axcl/decoder.h"

#include <algorithm>
#include <cstring>

#include "engine/axcl/masks.h"

namespace axllama::npu {
namespace {

// Cards take K/V rows at such offsets, and refused tightly packed indices and masks. That they take
// those at 2 KB is a guess, which the self-check tries.
constexpr size_t kAlignment = 2048;

size_t aligned(size_t bytes) {
  return (bytes + kAlignment - 1) / kAlignment * kAlignment;
}

}  // namespace

Result<Decoder> Decoder::create(const axcl::Functions& call, const axmodel::ModelFolder& folder,
                                const LoadedModel& model) {
  Decoder decoder(call, folder, model);
  AX_CHECK(decoder.allocate());
  for (const npu::Layer& layer : model.layers) {
    Layer bindings;
    for (const axmodel::DecodeGroup& group : folder.decode) {
      AX_TRY(axcl::Binding binding, axcl::Binding::create(layer.model, group.group));
      bindings.groups.push_back(std::move(binding));
    }
    decoder.layers_.push_back(std::move(bindings));
  }
  return decoder;
}

Decoder::Sizes Decoder::sizes(const axmodel::ModelFolder& folder) {
  Sizes sizes;
  sizes.hidden = static_cast<size_t>(folder.hidden) * 2;
  sizes.row = static_cast<size_t>(folder.kv_size) * 2;
  sizes.mask = (static_cast<size_t>(folder.context()) + 1) * 2;
  sizes.indices_at = aligned(sizes.hidden);
  sizes.mask_at = sizes.indices_at + aligned(sizeof(uint32_t));
  return sizes;
}

uint64_t Decoder::bytes(const axmodel::ModelFolder& folder) {
  const Sizes all = sizes(folder);
  uint64_t bytes = 0;
  for (const size_t one :
       {all.mask_at + all.mask, sizeof(uint32_t), all.mask, all.hidden, all.row, all.row}) {
    bytes += axcl::card_bytes(one);
  }
  return bytes;
}

Result<void> Decoder::allocate() {
  const axcl::Functions& call = *call_;
  const Sizes all = sizes(*folder_);
  indices_at_ = all.indices_at;
  mask_at_ = all.mask_at;
  staged_.resize(all.mask_at + all.mask);
  AX_TRY(inputs_, axcl::Memory::allocate(call, staged_.size(), "a token's inputs"));
  AX_TRY(indices_, axcl::Memory::allocate(call, sizeof(uint32_t), "indices"));
  AX_TRY(mask_, axcl::Memory::allocate(call, all.mask, "a mask"));
  AX_TRY(other_hidden_, axcl::Memory::allocate(call, all.hidden, "a hidden row"));
  AX_TRY(new_keys_, axcl::Memory::allocate(call, all.row, "a key row"));
  AX_TRY(new_values_, axcl::Memory::allocate(call, all.row, "a value row"));
  return {};
}

// Chained, the two rows change places from layer to layer; else each layer reads the first and
// writes the second.
axcl::Address Decoder::hidden_in(size_t layer, bool chained) const {
  return chained && layer % 2 == 1 ? other_hidden_.at() : inputs_.at();
}

axcl::Address Decoder::hidden_out(size_t layer, bool chained) const {
  return chained && layer % 2 == 1 ? inputs_.at() : other_hidden_.at();
}

Result<size_t> Decoder::group_number(int group) const {
  const auto found = std::ranges::find(folder_->decode, group, &axmodel::DecodeGroup::group);
  if (found == folder_->decode.end()) {
    return fail(ErrorCode::kInternal, "group " + std::to_string(group) + " decodes nothing");
  }
  return static_cast<size_t>(found - folder_->decode.begin());
}

Result<void> Decoder::bind(const Bound& wanted) {
  if (bound_ == wanted) return {};
  bound_ = {};
  const bool block = wanted.how.one_upload;
  for (size_t i = 0; i < layers_.size(); ++i) {
    const LayerTensors& at = model_->layers[i].tensors;
    axcl::Binding& binding = layers_[i].groups[wanted.group];
    AX_CHECK(binding.input(at.keys, wanted.slot->keys(i)));
    AX_CHECK(binding.input(at.values, wanted.slot->values(i)));
    AX_CHECK(binding.input(at.indices, block ? inputs_.at(indices_at_) : indices_.at()));
    AX_CHECK(binding.input(at.mask, block ? inputs_.at(mask_at_) : mask_.at()));
    AX_CHECK(binding.input(at.input, hidden_in(i, wanted.how.chained_hidden)));
    AX_CHECK(binding.output(at.output, hidden_out(i, wanted.how.chained_hidden)));
    AX_CHECK(binding.output(at.keys_out, new_keys_.at()));
    AX_CHECK(binding.output(at.values_out, new_values_.at()));
  }
  bound_ = wanted;
  return {};
}

Result<void> Decoder::bind_cache_row(size_t group, const SlotCache& slot, int row) {
  for (size_t i = 0; i < layers_.size(); ++i) {
    const LayerTensors& at = model_->layers[i].tensors;
    AX_CHECK(layers_[i].groups[group].output(at.keys_out, slot.keys(i, row)));
    AX_CHECK(layers_[i].groups[group].output(at.values_out, slot.values(i, row)));
  }
  return {};
}

Result<void> Decoder::send_inputs(const Piece& piece, std::span<const std::byte> row,
                                  Shortcuts how) {
  const auto position = static_cast<uint32_t>(piece.start);
  std::ranges::copy(row, staged_.begin());
  std::memcpy(staged_.data() + indices_at_, &position, sizeof(position));
  const auto width = static_cast<size_t>(piece.reach) + 1;
  mask_bytes_ = width * 2;
  write_decode_mask({reinterpret_cast<uint16_t*>(staged_.data() + mask_at_), width}, piece.start);
  const std::span<const std::byte> all(staged_);
  if (how.one_upload) return axcl::upload(*call_, inputs_.at(), all.first(mask_at_ + mask_bytes_));
  AX_CHECK(axcl::upload(*call_, inputs_.at(), all.first(row.size())));
  if (how.shared_inputs) return send_indices_and_mask();
  return {};
}

Result<void> Decoder::send_indices_and_mask() {
  const std::span<const std::byte> all(staged_);
  AX_CHECK(axcl::upload(*call_, indices_.at(), all.subspan(indices_at_, sizeof(uint32_t))));
  return axcl::upload(*call_, mask_.at(), all.subspan(mask_at_, mask_bytes_));
}

Result<void> Decoder::copy(axcl::Address to, axcl::Address from, size_t bytes, bool queued) {
  if (queued) return queue_->copy(to, from, bytes);
  return axcl::copy_on_card(*call_, to, from, bytes);
}

Result<void> Decoder::run_layer(size_t layer, size_t group, const SlotCache& slot, int row,
                                Shortcuts how) {
  if (!how.shared_inputs) AX_CHECK(send_indices_and_mask());
  const axcl::Binding& binding = layers_[layer].groups[group];
  const bool queued = how.async_chain;
  AX_CHECK(queued ? binding.execute_on(queue_->handle()) : binding.execute());
  if (!how.kv_in_place) {
    AX_CHECK(copy(slot.keys(layer, row), new_keys_.at(), slot.row_bytes(), queued));
    AX_CHECK(copy(slot.values(layer, row), new_values_.at(), slot.row_bytes(), queued));
  }
  if (how.chained_hidden) return {};
  const size_t hidden = static_cast<size_t>(folder_->hidden) * 2;
  return copy(inputs_.at(), other_hidden_.at(), hidden, queued);
}

Result<void> Decoder::run(const Piece& piece, const SlotCache& slot, std::span<const std::byte> row,
                          Shortcuts how, HeadRunner* head) {
  const Result<void> done = run_all(piece, slot, row, how, head);
  if (done || !queue_) return done;
  // What is queued already must not outlive what it reads; its own error says no more than ours.
  (void)queue_->wait();
  return done;
}

Result<void> Decoder::run_all(const Piece& piece, const SlotCache& slot,
                              std::span<const std::byte> row, Shortcuts how, HeadRunner* head) {
  if (how.async_chain && !queue_) {
    AX_TRY(axcl::Queue queue, axcl::Queue::create(*call_));
    queue_.emplace(std::move(queue));
  }
  // Inputs of later layers can't be sent while earlier ones still run.
  how.shared_inputs = how.shared_inputs || how.async_chain || how.one_upload;
  AX_TRY(const size_t group, group_number(piece.group));
  AX_CHECK(bind({&slot, how, group}));
  if (how.kv_in_place) AX_CHECK(bind_cache_row(group, slot, piece.start));
  AX_CHECK(send_inputs(piece, row, how));
  for (size_t i = 0; i < layers_.size(); ++i) {
    AX_CHECK(run_layer(i, group, slot, piece.start, how));
  }
  const bool in_second = how.chained_hidden && layers_.size() % 2 == 1;
  output_ = in_second ? other_hidden_.at() : inputs_.at();
  if (head != nullptr) {
    const size_t hidden = static_cast<size_t>(folder_->hidden) * 2;
    AX_CHECK(head->bind_input(how.chained_hidden ? output_ : head->input()));
    if (!how.chained_hidden) AX_CHECK(copy(head->input(), output_, hidden, how.async_chain));
    AX_CHECK(how.async_chain ? head->queue(*queue_) : head->run());
  }
  if (how.async_chain) return queue_->wait();
  return {};
}

}  // namespace axllama::npu
