// What the containers of a model say of its sizes. Pure: parsed headers in, shapes out. Errors name
// the tensor, not the file.
//
// A layer's tensors, P rows a chunk, N rows of cache in a decode group, hist_g in chunk group g,
// H hidden, S kv size; all bf16 but for indices:
//            decode [groups with one row]   chunk
//   K_cache  [1, N, S], V_cache alike       [1, hist_g, S]; without history a dummy [1, 1, S or H]
//   indices  [1, 1] u32                     [1, P]
//   input    [1, 1, H]                      [1, P, H]
//   mask     [1, 1, N + 1]                  [1, P, hist_g + P]
//   outputs  K_cache_out, V_cache_out [1, 1 or P, S], output [1, 1 or P, H]
#pragma once

#include <string>
#include <vector>

#include "axmodel/container.h"
#include "axmodel/folder.h"

namespace axllama::axmodel {

struct LayerShape {
  int hidden = 0;
  int kv_size = 0;
  int chunk = 0;  // 0: only decode groups
  std::vector<DecodeGroup> decode;
  std::vector<ChunkGroup> chunks;
  bool operator==(const LayerShape&) const = default;
};

// kUnsupported: linear attention (state tensors instead of a cache), M-RoPE (three rows of
// indices), tensors or element types that are not in the table, chunks of several sizes, no decode
// group. kCorrupt: sizes that contradict each other.
Result<LayerShape> layer_shape(const Container& layer);

struct HeadShape {
  int hidden = 0;
  int outputs = 0;  // logits in "output": the vocabulary, or with top_k that; 0: it gives none
  int top_k = 0;    // 0: no "indices" beside the output
  std::string hidden_output = {};  // the tensor with the row after the final norm; empty: none
  bool operator==(const HeadShape&) const = default;
};

// Of group 0: input [1, 1, H] to output [1, 1, outputs] and, or instead, "output_norm" [1, 1, H],
// all bf16. An output as wide as the input is taken for the row after the final norm, not for
// logits. kUnsupported for others.
Result<HeadShape> head_shape(const Container& head);

// How `shape` differs from `wanted`, e.g. "hidden size 896 instead of 1024"; empty if they are
// equal.
std::string difference(const LayerShape& shape, const LayerShape& wanted);

}  // namespace axllama::axmodel
