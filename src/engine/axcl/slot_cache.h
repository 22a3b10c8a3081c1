// One conversation's keys and values on the card.
#pragma once

#include <span>
#include <vector>

#include "axcl/memory.h"
#include "axmodel/folder.h"
#include "base/result.h"

namespace axllama::npu {

// Per layer a key and a value cache, [rows, kv_size] bf16 each; rows from the slot's length on hold
// finite numbers that no mask shows.
class SlotCache {
 public:
  // Zero-filled: memory that holds NaN would spoil the attention even where the mask hides it.
  static Result<SlotCache> create(const axcl::Functions& call, const axmodel::ModelFolder& folder);
  // Bytes that `layers` layers of one slot take.
  static uint64_t bytes(const axmodel::ModelFolder& folder, size_t layers);

  axcl::Address keys(size_t layer, int row = 0) const { return at(layers_[layer].keys, row); }
  axcl::Address values(size_t layer, int row = 0) const { return at(layers_[layer].values, row); }
  size_t row_bytes() const { return row_bytes_; }

  // The first n rows become those of `from`, on the same card.
  Result<void> copy(const axcl::Functions& call, const SlotCache& from, int n);
  // A layer's first rows from and to host memory, [n, kv_size] bf16 each.
  Result<void> read(const axcl::Functions& call, size_t layer, std::span<std::byte> keys,
                    std::span<std::byte> values) const;
  Result<void> write(const axcl::Functions& call, size_t layer, std::span<const std::byte> keys,
                     std::span<const std::byte> values);

 private:
  struct LayerCache {
    axcl::Memory keys;
    axcl::Memory values;
  };
  axcl::Address at(const axcl::Memory& memory, int row) const {
    return memory.at(static_cast<size_t>(row) * row_bytes_);
  }
  std::vector<LayerCache> layers_;
  size_t row_bytes_ = 0;
};

}  // namespace axllama::npu
