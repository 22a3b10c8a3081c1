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

uint64_t SlotCache::bytes(const axmodel::ModelFolder& folder) {
  return 2 * folder.layers.size() * layer_bytes(folder);
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

size_t SlotCache::host_bytes(int n) const {
  return 2 * layers_.size() * static_cast<size_t>(n) * row_bytes_;
}

Result<void> SlotCache::download(const axcl::Functions& call, std::span<std::byte> to,
                                 int n) const {
  const size_t bytes = static_cast<size_t>(n) * row_bytes_;
  for (size_t i = 0; i < layers_.size(); ++i) {
    const auto layer = to.subspan(2 * i * bytes, 2 * bytes);
    AX_CHECK(axcl::download(call, layer.first(bytes), keys(i)));
    AX_CHECK(axcl::download(call, layer.last(bytes), values(i)));
  }
  return {};
}

Result<void> SlotCache::upload(const axcl::Functions& call, std::span<const std::byte> from,
                               int saved, int n) {
  const size_t stride = static_cast<size_t>(saved) * row_bytes_;
  const size_t bytes = static_cast<size_t>(n) * row_bytes_;
  for (size_t i = 0; i < layers_.size(); ++i) {
    AX_CHECK(axcl::upload(call, keys(i), from.subspan(2 * i * stride, bytes)));
    AX_CHECK(axcl::upload(call, values(i), from.subspan((2 * i + 1) * stride, bytes)));
  }
  return {};
}

}  // namespace axllama::npu
