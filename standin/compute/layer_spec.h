// What a generated .axmodel says of its computation, so that the stand-in can run it: keys in the
// container's metadata, and the names and types of its weights. Written by axllama-pack, read by
// the stand-in.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "base/result.h"

namespace axllama::standin {

// Metadata key "axllama.standin": the kind.
enum class Kind {
  kLayer,  // one transformer layer
  kHead,   // final norm and, with a vocabulary, output matrix
  kShape,  // the true sizes, no weights: nothing is computed, only timed
};

// Metadata keys "axllama.standin.<name>", decimal text.
struct LayerSpec {
  Kind kind = Kind::kLayer;
  int hidden = 0;  // H
  int heads = 0;   // of queries
  int kv_heads = 0;
  int head_dim = 0;
  int feed_forward = 0;
  int vocabulary = 0;  // head: rows of "weight"; 0: it gives no logits
  int top_k = 0;       // head: 0, all logits; else the K largest with their ids
  float norm_epsilon = 1e-6F;
  float rope_base = 10000.0F;
  bool rope_interleaved = false;  // pairs (0,1),(2,3).. as GGUF llama files have; else halves
};

// Weights of a layer, as initializers. Matrices are [rows, columns] = [out, in], row-major:
//   attn_norm [H]                     f32
//   q [heads*head_dim, H]  k, v [kv_heads*head_dim, H]  o [H, heads*head_dim]
//   q_bias, k_bias, v_bias            f32, optional (Qwen2)
//   q_norm, k_norm [head_dim]         f32, optional (Qwen3)
//   ffn_norm [H]                      f32
//   gate, up [feed_forward, H]  down [H, feed_forward]
// Of a head: norm [H] f32, with a vocabulary weight [vocabulary, H].
// A matrix m is one of
//   BFLOAT16
//   INT8, with "m.scale" FLOAT [rows]:               w = q * scale[row]
//   INT4 (two in a byte, low nibble first, two's complement), with "m.scale" FLOAT
//         [rows, ceil(columns / 128)]:               w = q * scale[row][column / 128]
// A shape file has one initializer "npu_params" of the size all weights would have.
inline constexpr int kInt4Group = 128;

Result<LayerSpec> read_layer_spec(const std::map<std::string, std::string, std::less<>>& metadata);
std::map<std::string, std::string, std::less<>> write_layer_spec(const LayerSpec& spec);

}  // namespace axllama::standin
