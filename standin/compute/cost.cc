#include "standin/compute/cost.h"

#include <algorithm>

#include "standin/compute/group_shape.h"

namespace axllama::standin {
namespace {

using axmodel::Tensor;

constexpr uint64_t kWorthThreads = 8'000'000;  // multiply-adds; half of a 0.6B model's layer

// 0 when the group has no tensor of that name.
uint64_t last_dim(std::span<const Tensor> tensors, std::string_view name) {
  const size_t at = position(tensors, name);
  if (at == tensors.size() || tensors[at].dims.empty()) return 0;
  return static_cast<uint64_t>(tensors[at].dims.back());
}

uint64_t rows_of(const axmodel::Group& group) {
  if (const uint64_t rows = last_dim(group.inputs, "indices"); rows > 0) return rows;
  const size_t at = position(group.inputs, "input");
  if (at == group.inputs.size() || group.inputs[at].dims.size() < 2) return 1;
  return static_cast<uint64_t>(group.inputs[at].dims[1]);
}

// The NPU's program, of all groups together: a run reads little of it.
bool is_code(std::string_view name) {
  return name.starts_with("subgraph_npu_") && name.ends_with("_neu");
}

uint64_t parameter_bytes(const axmodel::Container& container) {
  uint64_t bytes = 0;
  for (const axmodel::Initializer& one : container.initializers) {
    if (!is_code(one.name)) bytes += one.bytes;
  }
  return bytes;
}

uint64_t weight_count(const axmodel::Container& container, const LayerSpec& spec, bool layer) {
  const auto hidden = static_cast<uint64_t>(spec.hidden);
  const auto heads = static_cast<uint64_t>(spec.heads);
  const auto kv_heads = static_cast<uint64_t>(spec.kv_heads);
  const auto head_dim = static_cast<uint64_t>(spec.head_dim);
  const auto feed_forward = static_cast<uint64_t>(spec.feed_forward);
  const uint64_t described =
      layer ? 2 * hidden * head_dim * (heads + kv_heads) + 3 * hidden * feed_forward
            : hidden * static_cast<uint64_t>(spec.vocabulary);
  return described > 0 ? described : parameter_bytes(container);
}

}  // namespace

Cost group_cost(const axmodel::Container& container, const LayerSpec& spec, size_t group_index) {
  const axmodel::Group& group = container.groups[group_index];
  Cost cost{.bytes = parameter_bytes(container)};
  for (const Tensor& tensor : group.inputs) cost.bytes += tensor.bytes();
  for (const Tensor& tensor : group.outputs) cost.bytes += tensor.bytes();

  const bool layer = position(group.inputs, "K_cache") < group.inputs.size();
  const uint64_t rows = rows_of(group);
  cost.multiply_adds = weight_count(container, spec, layer) * rows;
  if (layer) {
    const auto queries = static_cast<uint64_t>(spec.heads) * static_cast<uint64_t>(spec.head_dim);
    const uint64_t width = std::max(queries, last_dim(group.inputs, "K_cache"));
    cost.multiply_adds += 2 * width * last_dim(group.inputs, "mask") * rows;
  }
  return cost;
}

int worthwhile_threads(const Cost& cost, int threads) {
  return cost.multiply_adds < kWorthThreads ? 1 : threads;
}

}  // namespace axllama::standin
