#include "standin/tests/reference_layer.h"

#include <algorithm>

namespace axllama::standin {

ReferenceLayer::ReferenceLayer(const axcl::Library& api, const std::string& path)
    : file(api, path),
      key_cache(api, file.input_bytes(kDecodeGroup, "K_cache")),
      value_cache(api, file.input_bytes(kDecodeGroup, "V_cache")),
      api_(api) {
  decode = buffers_for(kDecodeGroup, kDecodeGroup);
  bind(kDecodeGroup, decode);
  if (file.groups() == 1) return;
  chunk = buffers_for(1, file.groups() - 1);
  for (uint32_t group = 1; group < file.groups(); ++group) bind(group, chunk);
  // Runs with few rows leave the others unwritten, and the next layer gets all of them: any finite
  // number does.
  chunk.output.zero();
}

LayerBuffers ReferenceLayer::buffers_for(uint32_t first, uint32_t last) const {
  const auto input = [&](const char* name) {
    uint64_t most = 0;
    for (uint32_t g = first; g <= last; ++g) most = std::max(most, file.input_bytes(g, name));
    return Buffer(api_, most);
  };
  const auto output = [&](const char* name) {
    uint64_t most = 0;
    for (uint32_t g = first; g <= last; ++g) most = std::max(most, file.output_bytes(g, name));
    return Buffer(api_, most);
  };
  return {input("indices"),      input("mask"),         input("input"),
          output("K_cache_out"), output("V_cache_out"), output("output")};
}

void ReferenceLayer::bind(uint32_t group, LayerBuffers& buffers) {
  file.bind_input(group, "K_cache", key_cache.at());
  file.bind_input(group, "V_cache", value_cache.at());
  file.bind_input(group, "indices", buffers.indices.at());
  file.bind_input(group, "mask", buffers.mask.at());
  file.bind_input(group, "input", buffers.input.at());
  file.bind_output(group, "K_cache_out", buffers.keys.at());
  file.bind_output(group, "V_cache_out", buffers.values.at());
  file.bind_output(group, "output", buffers.output.at());
}

void ReferenceLayer::zero_caches() {
  key_cache.zero();
  value_cache.zero();
}

void ReferenceLayer::swap_caches() {
  file.bind_input(kDecodeGroup, "K_cache", value_cache.at());
  file.bind_input(kDecodeGroup, "V_cache", key_cache.at());
}

size_t ReferenceLayer::rows(uint32_t group) const {
  return file.input_bytes(group, "indices") / sizeof(uint32_t);
}

size_t ReferenceLayer::history(uint32_t group) const {
  return file.input_bytes(group, "mask") / sizeof(uint16_t) / rows(group) - rows(group);
}

}  // namespace axllama::standin
