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
  // Bytes that one slot takes.
  static uint64_t bytes(const axmodel::ModelFolder& folder);

  axcl::Address keys(size_t layer, int row = 0) const { return at(layers_[layer].keys, row); }
  axcl::Address values(size_t layer, int row = 0) const { return at(layers_[layer].values, row); }
  size_t row_bytes() const { return row_bytes_; }

  // The first n rows become those of `from`.
  Result<void> copy(const axcl::Functions& call, const SlotCache& from, int n);

  // Bytes of the first n rows of all layers on the host: layer by layer n rows of keys, then n of
  // values.
  size_t host_bytes(int n) const;
  // Between the first n rows and the host, by one transfer a layer for keys and one for values:
  // each waits some 0.3 ms for the card whatever its size. `to` has host_bytes(n) bytes, `from`
  // host_bytes(saved), of which the first n rows are taken.
  Result<void> download(const axcl::Functions& call, std::span<std::byte> to, int n) const;
  Result<void> upload(const axcl::Functions& call, std::span<const std::byte> from, int saved,
                      int n);

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
