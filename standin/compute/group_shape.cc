#include "standin/compute/group_shape.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace axllama::standin {
namespace {

using axmodel::ElementType;
using axmodel::Tensor;

std::unexpected<Error> corrupt(std::string_view tensor, std::string_view what) {
  return fail(ErrorCode::kCorrupt, fmt::format("tensor \"{}\" {}", tensor, what));
}

Result<size_t> find(std::span<const Tensor> tensors, std::string_view name, ElementType type) {
  const size_t at = position(tensors, name);
  if (at == tensors.size()) return corrupt(name, "is missing");
  if (tensors[at].type != type) {
    return corrupt(name, fmt::format("has element type {}, not {}",
                                     static_cast<int>(tensors[at].type), static_cast<int>(type)));
  }
  return at;
}

Result<void> expect_dims(const Tensor& tensor, const std::vector<int64_t>& dims) {
  if (tensor.dims == dims) return {};
  return corrupt(tensor.name, fmt::format("is [{}] where the layer's description gives [{}]",
                                          fmt::join(tensor.dims, ", "), fmt::join(dims, ", ")));
}

Result<void> find_layer_tensors(const axmodel::Group& group, LayerGroup& found) {
  AX_TRY(found.key_cache, find(group.inputs, "K_cache", ElementType::kBfloat16));
  AX_TRY(found.value_cache, find(group.inputs, "V_cache", ElementType::kBfloat16));
  AX_TRY(found.indices, find(group.inputs, "indices", ElementType::kUint32));
  AX_TRY(found.input, find(group.inputs, "input", ElementType::kBfloat16));
  AX_TRY(found.mask, find(group.inputs, "mask", ElementType::kBfloat16));
  AX_TRY(found.key_out, find(group.outputs, "K_cache_out", ElementType::kBfloat16));
  AX_TRY(found.value_out, find(group.outputs, "V_cache_out", ElementType::kBfloat16));
  AX_TRY(found.output, find(group.outputs, "output", ElementType::kBfloat16));
  return {};
}

Result<void> check_layer_dims(const axmodel::Group& group, const LayerSpec& spec,
                              const LayerGroup& found) {
  const int64_t cache_row = int64_t{spec.kv_heads} * spec.head_dim;
  if (found.history > 0) {
    AX_CHECK(expect_dims(group.inputs[found.key_cache], {1, found.history, cache_row}));
    AX_CHECK(expect_dims(group.inputs[found.value_cache], {1, found.history, cache_row}));
  }
  AX_CHECK(expect_dims(group.inputs[found.indices], {1, found.rows}));
  AX_CHECK(expect_dims(group.inputs[found.input], {1, found.rows, spec.hidden}));
  AX_CHECK(expect_dims(group.inputs[found.mask], {1, found.rows, found.history + found.rows}));
  AX_CHECK(expect_dims(group.outputs[found.key_out], {1, found.rows, cache_row}));
  AX_CHECK(expect_dims(group.outputs[found.value_out], {1, found.rows, cache_row}));
  return expect_dims(group.outputs[found.output], {1, found.rows, spec.hidden});
}

}  // namespace

size_t position(std::span<const Tensor> tensors, std::string_view name) {
  for (size_t i = 0; i < tensors.size(); ++i) {
    if (tensors[i].name == name) return i;
  }
  return tensors.size();
}

int64_t element_count(const Tensor& tensor) {
  int64_t count = 1;
  for (const int64_t dim : tensor.dims) count *= dim;
  return count;
}

Result<LayerGroup> layer_group(const axmodel::Group& group, const LayerSpec& spec) {
  LayerGroup found;
  AX_CHECK(find_layer_tensors(group, found));
  const Tensor& indices = group.inputs[found.indices];
  const Tensor& mask = group.inputs[found.mask];
  if (indices.dims.empty() || indices.dims.back() < 1) return corrupt("indices", "has no elements");
  found.rows = indices.dims.back();
  if (mask.dims.empty() || mask.dims.back() < found.rows) {
    return corrupt("mask", fmt::format("is narrower than the {} rows of indices", found.rows));
  }
  found.history = mask.dims.back() - found.rows;
  AX_CHECK(check_layer_dims(group, spec, found));
  return found;
}

Result<HeadGroup> head_group(const axmodel::Group& group, const LayerSpec& spec) {
  HeadGroup found;
  AX_TRY(found.input, find(group.inputs, "input", ElementType::kBfloat16));
  const Tensor& input = group.inputs[found.input];
  if (input.dims.size() != 3 || input.dims[1] < 1) return corrupt("input", "is not [1, rows, H]");
  found.rows = input.dims[1];
  AX_CHECK(expect_dims(input, {1, found.rows, spec.hidden}));
  const char* normed = spec.vocabulary == 0 ? "output" : "output_norm";
  if (position(group.outputs, "output_norm") < group.outputs.size()) normed = "output_norm";
  if (position(group.outputs, normed) < group.outputs.size()) {
    AX_TRY(found.normed, find(group.outputs, normed, ElementType::kBfloat16));
    AX_CHECK(expect_dims(group.outputs[*found.normed], {1, found.rows, spec.hidden}));
  }
  if (spec.vocabulary == 0) return found;
  AX_TRY(found.logits, find(group.outputs, "output", ElementType::kBfloat16));
  const int64_t width = spec.top_k > 0 ? spec.top_k : spec.vocabulary;
  AX_CHECK(expect_dims(group.outputs[*found.logits], {1, found.rows, width}));
  if (spec.top_k == 0) return found;
  AX_TRY(found.indices, find(group.outputs, "indices", ElementType::kUint32));
  AX_CHECK(expect_dims(group.outputs[found.indices], {1, found.rows, width}));
  return found;
}

}  // namespace axllama::standin
