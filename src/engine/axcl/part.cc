#include "engine/axcl/part.h"

#include <algorithm>

#include "engine/axcl/prefill.h"
#include "engine/axcl/slot_cache.h"

namespace axllama::npu {

Part whole(const axmodel::ModelFolder& folder) {
  return {0, folder.layers.size(), true};
}

axmodel::ModelFolder part_of(const axmodel::ModelFolder& folder, const Part& part) {
  axmodel::ModelFolder own = folder;
  const auto first = static_cast<ptrdiff_t>(part.first);
  const auto end = first + static_cast<ptrdiff_t>(part.layers);
  own.layers.assign(folder.layers.begin() + first, folder.layers.begin() + end);
  own.layer_bytes.assign(folder.layer_bytes.begin() + first, folder.layer_bytes.begin() + end);
  if (!part.head) {
    own.head.clear();
    own.head_bytes = {};
    own.head_top_k = 0;
    own.head_hidden.clear();
  }
  const PartBytes bytes = bytes_of(folder, part);
  own.weight_bytes = bytes.weights;
  own.largest_file = bytes.largest_file;
  return own;
}

std::string describe(const Part& part) {
  const std::string layers = part.layers == 1 ? "layer " + std::to_string(part.first)
                                              : "layers " + std::to_string(part.first) + " to " +
                                                    std::to_string(part.first + part.layers - 1);
  return layers + (part.head ? " and the head" : "");
}

PartBytes bytes_of(const axmodel::ModelFolder& folder, const Part& part) {
  PartBytes bytes;
  const auto add = [&](const axmodel::FileBytes& file) {
    bytes.weights += file.weights;
    bytes.largest_file = std::max(bytes.largest_file, file.file);
  };
  for (size_t i = part.first; i < part.first + part.layers; ++i) add(folder.layer_bytes[i]);
  if (part.head) add(folder.head_bytes);
  bytes.cache = SlotCache::bytes(folder, part.layers);
  bytes.buffers = Prefill::bytes(folder) + Decoder::bytes(folder);
  if (part.head) bytes.buffers += HeadRunner::bytes(folder);
  return bytes;
}

}  // namespace axllama::npu
