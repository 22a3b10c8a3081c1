// The computation of one transformer layer for one shape group.
#pragma once

#include <vector>

#include "standin/compute/graph.h"
#include "standin/compute/group_shape.h"
#include "standin/compute/layer_spec.h"
#include "standin/compute/weights.h"

namespace axllama::standin {

struct LayerWeights {
  std::vector<float> attn_norm, ffn_norm;
  std::vector<float> q_norm, k_norm;          // empty: none
  std::vector<float> q_bias, k_bias, v_bias;  // empty: none
  Matrix q, k, v, o, gate, up, down;
};
// kCorrupt, naming what is missing or contradicts `spec`.
Result<LayerWeights> read_layer_weights(const LayerSpec& spec, const Weights& weights);

// x = RMSNorm(input); q, k, v = products of x (+ bias, norm of each head, RoPE by indices). Keys
// and values are rounded to bf16, the caches' type, before anything sees them. Softmax in f32 of q
// * keys / sqrt(head_dim) + mask over all cache rows and the chunk's own: a blocked row has weight
// exactly 0 and takes part all the same, so that NaN in it spreads. Then o, residual, SwiGLU,
// residual.
class LayerGraph {
 public:
  // `weights` must outlive the graph.
  LayerGraph(const LayerSpec& spec, const LayerGroup& group, const LayerWeights& weights);

  Graph& graph() { return graph_; }

  // Inputs, to bind before each run; the caches are null without history.
  ggml_tensor* key_cache = nullptr;    // bf16 [history, kv_heads * head_dim]
  ggml_tensor* value_cache = nullptr;  // the same
  ggml_tensor* indices;                // i32 [rows]
  ggml_tensor* input;                  // bf16 [rows, hidden]
  ggml_tensor* mask;                   // bf16 [rows, history + rows]
  // Results, valid after a run.
  ggml_tensor* key_out;    // bf16 [rows, kv_heads * head_dim]
  ggml_tensor* value_out;  // the same
  ggml_tensor* output;     // bf16 [rows, hidden]

 private:
  ggml_tensor* rope(ggml_tensor* heads);
  ggml_tensor* attention(ggml_tensor* x);
  ggml_tensor* attend(ggml_tensor* queries);
  ggml_tensor* feed_forward(ggml_tensor* x);
  ggml_tensor* split_heads(ggml_tensor* x, int64_t heads);

  const LayerSpec& spec_;
  const LayerGroup& group_;
  const LayerWeights& weights_;
  Graph graph_;
};

}  // namespace axllama::standin
