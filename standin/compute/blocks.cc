#include "standin/compute/blocks.h"

namespace axllama::standin {

ggml_tensor* constant(Graph& graph, const std::vector<float>& values) {
  return graph.external(GGML_TYPE_F32, {static_cast<int64_t>(values.size())}, values.data());
}

ggml_tensor* rms_norm(Graph& graph, ggml_tensor* x, const std::vector<float>& weight,
                      float epsilon) {
  if (weight.empty()) return x;
  return ggml_mul(graph.context(), ggml_rms_norm(graph.context(), x, epsilon),
                  constant(graph, weight));
}

ggml_tensor* multiply(Graph& graph, const Matrix& matrix, ggml_tensor* x) {
  ggml_tensor* weight = graph.external(matrix.type, {matrix.columns, matrix.rows}, matrix.data);
  ggml_tensor* product = ggml_mul_mat(graph.context(), weight, x);
  if (matrix.scale.empty()) return product;
  return ggml_mul(graph.context(), product, constant(graph, matrix.scale));
}

ggml_tensor* add_bias(Graph& graph, ggml_tensor* x, const std::vector<float>& bias) {
  if (bias.empty()) return x;
  return ggml_add(graph.context(), x, constant(graph, bias));
}

ggml_tensor* to_bf16(Graph& graph, ggml_tensor* x) {
  return ggml_cast(graph.context(), x, GGML_TYPE_BF16);
}

ggml_tensor* to_f32(Graph& graph, ggml_tensor* x) {
  return ggml_cast(graph.context(), x, GGML_TYPE_F32);
}

}  // namespace axllama::standin
