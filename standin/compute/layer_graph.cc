#include "standin/compute/layer_graph.h"

#include <fmt/format.h>

#include <cmath>

#include "standin/compute/attention_cache.h"
#include "standin/compute/blocks.h"

namespace axllama::standin {
namespace {

constexpr size_t kMaxTensors = 96;

Result<void> check_spec(const LayerSpec& spec) {
  const auto positive = {std::pair{"hidden", spec.hidden}, std::pair{"heads", spec.heads},
                         std::pair{"kv_heads", spec.kv_heads}, std::pair{"head_dim", spec.head_dim},
                         std::pair{"feed_forward", spec.feed_forward}};
  for (const auto& [name, value] : positive) {
    if (value <= 0) {
      return fail(ErrorCode::kCorrupt, fmt::format("metadata axllama.standin.{} is 0", name));
    }
  }
  if (spec.heads % spec.kv_heads != 0) {
    return fail(ErrorCode::kCorrupt,
                fmt::format("metadata axllama.standin.heads is {}, not a multiple of kv_heads {}",
                            spec.heads, spec.kv_heads));
  }
  if (spec.head_dim % 2 != 0) {
    return fail(ErrorCode::kCorrupt,
                fmt::format("metadata axllama.standin.head_dim is {}, odd", spec.head_dim));
  }
  return {};
}

}  // namespace

Result<LayerWeights> read_layer_weights(const LayerSpec& spec, const Weights& weights) {
  AX_CHECK(check_spec(spec));
  const int64_t query_width = int64_t{spec.heads} * spec.head_dim;
  const int64_t cache_row = int64_t{spec.kv_heads} * spec.head_dim;
  LayerWeights read;
  AX_TRY(read.attn_norm, weights.vector("attn_norm", spec.hidden));
  AX_TRY(read.ffn_norm, weights.vector("ffn_norm", spec.hidden));
  AX_TRY(read.q_norm, weights.optional_vector("q_norm", spec.head_dim));
  AX_TRY(read.k_norm, weights.optional_vector("k_norm", spec.head_dim));
  AX_TRY(read.q_bias, weights.optional_vector("q_bias", query_width));
  AX_TRY(read.k_bias, weights.optional_vector("k_bias", cache_row));
  AX_TRY(read.v_bias, weights.optional_vector("v_bias", cache_row));
  AX_TRY(read.q, weights.matrix("q", query_width, spec.hidden));
  AX_TRY(read.k, weights.matrix("k", cache_row, spec.hidden));
  AX_TRY(read.v, weights.matrix("v", cache_row, spec.hidden));
  AX_TRY(read.o, weights.matrix("o", spec.hidden, query_width));
  AX_TRY(read.gate, weights.matrix("gate", spec.feed_forward, spec.hidden));
  AX_TRY(read.up, weights.matrix("up", spec.feed_forward, spec.hidden));
  AX_TRY(read.down, weights.matrix("down", spec.hidden, spec.feed_forward));
  return read;
}

LayerGraph::LayerGraph(const LayerSpec& spec, const LayerGroup& group, const LayerWeights& weights)
    : spec_(spec), group_(group), weights_(weights), graph_(kMaxTensors) {
  const int64_t cache_row = int64_t{spec.kv_heads} * spec.head_dim;
  if (group.history > 0) {
    key_cache = graph_.external(GGML_TYPE_BF16, {cache_row, group.history});
    value_cache = graph_.external(GGML_TYPE_BF16, {cache_row, group.history});
  }
  indices = graph_.external(GGML_TYPE_I32, {group.rows});
  input = graph_.external(GGML_TYPE_BF16, {spec.hidden, group.rows});
  mask = graph_.external(GGML_TYPE_BF16, {group.history + group.rows, group.rows});

  ggml_tensor* x = to_f32(graph_, input);
  x = ggml_add(graph_.context(), x, attention(x));
  x = ggml_add(graph_.context(), x, feed_forward(x));
  output = to_bf16(graph_, x);
  ggml_tensor* const results[] = {key_out, value_out, output};
  graph_.finish(results);
}

// [heads * head_dim, rows] to [head_dim, heads, rows]
ggml_tensor* LayerGraph::split_heads(ggml_tensor* x, int64_t heads) {
  return ggml_reshape_3d(graph_.context(), x, spec_.head_dim, heads, group_.rows);
}

ggml_tensor* LayerGraph::rope(ggml_tensor* heads) {
  const int mode = spec_.rope_interleaved ? GGML_ROPE_TYPE_NORMAL : GGML_ROPE_TYPE_NEOX;
  return ggml_rope_ext(graph_.context(), heads, indices, nullptr, spec_.head_dim, mode, 0,
                       spec_.rope_base, 1.0F, 0.0F, 1.0F, 0.0F, 0.0F);
}

ggml_tensor* LayerGraph::attention(ggml_tensor* x) {
  const float epsilon = spec_.norm_epsilon;
  x = rms_norm(graph_, x, weights_.attn_norm, epsilon);
  ggml_tensor* q = add_bias(graph_, multiply(graph_, weights_.q, x), weights_.q_bias);
  ggml_tensor* k = add_bias(graph_, multiply(graph_, weights_.k, x), weights_.k_bias);
  ggml_tensor* v = add_bias(graph_, multiply(graph_, weights_.v, x), weights_.v_bias);
  q = rope(rms_norm(graph_, split_heads(q, spec_.heads), weights_.q_norm, epsilon));
  k = rope(rms_norm(graph_, split_heads(k, spec_.kv_heads), weights_.k_norm, epsilon));
  k = ggml_reshape_2d(graph_.context(), k, v->ne[0], group_.rows);
  key_out = to_bf16(graph_, k);
  value_out = to_bf16(graph_, v);
  return multiply(graph_, weights_.o, attend(q));
}

// queries: [head_dim, heads, rows]. Result: [heads * head_dim, rows].
ggml_tensor* LayerGraph::attend(ggml_tensor* queries) {
  ggml_context* context = graph_.context();
  const int64_t width = group_.history + group_.rows;
  const int64_t shared = spec_.heads / spec_.kv_heads;  // query heads of a key head
  const AttentionCache cache =
      join_attention_cache(context, spec_.head_dim, key_out, value_out, key_cache, value_cache);
  // One row: the query heads that share a key head are the columns of one product.
  const bool decode = group_.rows == 1;
  ggml_tensor* q = decode
                       ? ggml_reshape_3d(context, queries, spec_.head_dim, shared, spec_.kv_heads)
                       : ggml_permute(context, queries, 0, 2, 1, 3);
  ggml_tensor* scores = ggml_mul_mat(context, cache.keys, q);
  if (decode) scores = ggml_reshape_3d(context, scores, width, 1, spec_.heads);
  const float scale = 1.0F / std::sqrt(static_cast<float>(spec_.head_dim));
  ggml_tensor* parts = ggml_soft_max_ext(context, scores, to_f32(graph_, mask), scale, 0.0F);
  if (decode) parts = ggml_reshape_3d(context, parts, width, shared, spec_.kv_heads);
  ggml_tensor* mixed = ggml_mul_mat(context, cache.values, parts);
  const int64_t query_width = int64_t{spec_.heads} * spec_.head_dim;
  if (decode) return ggml_reshape_2d(context, mixed, query_width, 1);
  return ggml_cont_2d(context, ggml_permute(context, mixed, 0, 2, 1, 3), query_width, group_.rows);
}

ggml_tensor* LayerGraph::feed_forward(ggml_tensor* x) {
  x = rms_norm(graph_, x, weights_.ffn_norm, spec_.norm_epsilon);
  ggml_tensor* gate = multiply(graph_, weights_.gate, x);
  ggml_tensor* up = multiply(graph_, weights_.up, x);
  return multiply(graph_, weights_.down, ggml_swiglu_split(graph_.context(), gate, up));
}

}  // namespace axllama::standin
