#include "engine/axcl/slot_cache.h"

namespace axllama::npu {
namespace {

size_t layer_bytes(const axmodel::ModelFolder& folder) {
  return static_cast<size_t>(folder.context()) * static_cast<size_t>(folder.kv_size) * 2;
}

Result<axcl::Memory> zeros(const axcl::Functions& call, size_t bytes, const std::string& what) {
  AX_TRY(axcl::Memory memory, axcl::Memory::allocate(call, bytes, what));
  AX_CHECK(axcl::fill(call, memory.at(), 0, bytes));
  return memory;
}

}  // namespace

uint64_t SlotCache::bytes(const axmodel::ModelFolder& folder, size_t layers) {
  return 2 * layers * axcl::card_bytes(layer_bytes(folder));
}

Result<SlotCache> SlotCache::create(const axcl::Functions& call,
                                    const axmodel::ModelFolder& folder) {
  SlotCache cache;
  cache.row_bytes_ = static_cast<size_t>(folder.kv_size) * 2;
  for (size_t i = 0; i < folder.layers.size(); ++i) {
    const std::string layer = " cache of layer " + std::to_string(i);
    AX_TRY(axcl::Memory keys, zeros(call, layer_bytes(folder), "the key" + layer));
    AX_TRY(axcl::Memory values, zeros(call, layer_bytes(folder), "the value" + layer));
    cache.layers_.push_back({std::move(keys), std::move(values)});
  }
  return cache;
}

Result<void> SlotCache::copy(const axcl::Functions& call, const SlotCache& from, int n) {
  const size_t bytes = static_cast<size_t>(n) * row_bytes_;
  if (bytes == 0) return {};
  for (size_t i = 0; i < layers_.size(); ++i) {
    AX_CHECK(axcl::copy_on_card(call, keys(i), from.keys(i), bytes));
    AX_CHECK(axcl::copy_on_card(call, values(i), from.values(i), bytes));
  }
  return {};
}

Result<void> SlotCache::read(const axcl::Functions& call, size_t layer, std::span<std::byte> keys,
                             std::span<std::byte> values) const {
  AX_CHECK(axcl::download(call, keys, this->keys(layer)));
  return axcl::download(call, values, this->values(layer));
}

Result<void> SlotCache::write(const axcl::Functions& call, size_t layer,
                              std::span<const std::byte> keys, std::span<const std::byte> values) {
  AX_CHECK(axcl::upload(call, this->keys(layer), keys));
  return axcl::upload(call, this->values(layer), values);
}

}  // namespace axllama::npu
