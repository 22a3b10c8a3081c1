// The pieces of a transformer as ggml tensors. Activations are f32, ggml dims [width, rows].
#pragma once

#include <vector>

#include "standin/compute/graph.h"
#include "standin/compute/weights.h"

namespace axllama::standin {

// The weights stay where they are; they must outlive the graph.
ggml_tensor* constant(Graph& graph, const std::vector<float>& values);
// RMSNorm over the first dimension, times `weight`; as it is when `weight` is empty.
ggml_tensor* rms_norm(Graph& graph, ggml_tensor* x, const std::vector<float>& weight,
                      float epsilon);
ggml_tensor* multiply(Graph& graph, const Matrix& matrix, ggml_tensor* x);
// x + bias, or x when `bias` is empty.
ggml_tensor* add_bias(Graph& graph, ggml_tensor* x, const std::vector<float>& bias);
// To nearest, ties to even.
ggml_tensor* to_bf16(Graph& graph, ggml_tensor* x);
ggml_tensor* to_f32(Graph& graph, ggml_tensor* x);

}  // namespace axllama::standin
