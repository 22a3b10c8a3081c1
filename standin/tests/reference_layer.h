// One layer of the reference loop: its file and, as in the vendor's runner, buffers of its own for
// a decode group and for the chunk groups, which share its caches.
#pragma once

#include <string>

#include "standin/tests/loaded_file.h"

namespace axllama::standin {

constexpr uint32_t kDecodeGroup = 0;

struct LayerBuffers {
  Buffer indices, mask, input, keys, values, output;
};

class ReferenceLayer {
 public:
  ReferenceLayer(const axcl::Library& api, const std::string& path);

  void zero_caches();
  // K_cache and V_cache of the decode group the wrong way round.
  void swap_caches();

  // Rows of indices; 1 for a decode group.
  size_t rows(uint32_t group) const;
  // Cached tokens that a chunk group reads.
  size_t history(uint32_t group) const;

  LoadedFile file;
  Buffer key_cache, value_cache;  // [N, S] bf16
  LayerBuffers decode, chunk;

 private:
  LayerBuffers buffers_for(uint32_t first, uint32_t last) const;
  void bind(uint32_t group, LayerBuffers& buffers);

  const axcl::Library& api_;
};

}  // namespace axllama::standin
