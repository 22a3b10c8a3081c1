#include "standin/compute/graph.h"

#include <ggml-alloc.h>
#include <ggml-backend.h>

#include <algorithm>

namespace axllama::standin {
namespace {

ggml_context* make_context(size_t max_tensors) {
  ggml_init_params params{};
  params.mem_size =
      max_tensors * ggml_tensor_overhead() + ggml_graph_overhead_custom(max_tensors, false);
  params.no_alloc = true;
  return ggml_init(params);
}

// Not null, so that the planner takes the tensor for one that has its data; never read.
alignas(64) std::byte unbound[64];

struct FreeAllocator {
  void operator()(ggml_gallocr* allocator) const { ggml_gallocr_free(allocator); }
};

}  // namespace

Graph::Graph(size_t max_tensors) : max_tensors_(max_tensors), context_(make_context(max_tensors)) {}

ggml_tensor* Graph::external(ggml_type type, std::initializer_list<int64_t> dims,
                             const void* data) {
  ggml_tensor* tensor =
      ggml_new_tensor(context(), type, static_cast<int>(dims.size()), dims.begin());
  bind(tensor, data == nullptr ? unbound : data);
  return tensor;
}

void Graph::bind(ggml_tensor* external, const void* data) {
  external->data = const_cast<void*>(data);  // ggml has no const data; sources are only read
}

void Graph::finish(std::span<ggml_tensor* const> results) {
  graph_ = ggml_new_graph_custom(context(), max_tensors_, false);
  for (ggml_tensor* result : results) {
    ggml_set_output(result);
    ggml_build_forward_expand(graph_, result);
  }
  plan_scratch();
}

void Graph::plan_scratch() {
  const std::unique_ptr<ggml_gallocr, FreeAllocator> allocator(
      ggml_gallocr_new(ggml_backend_cpu_buffer_type()));
  ggml_gallocr_alloc_graph(allocator.get(), graph_);
  for (int i = 0; i < ggml_graph_n_nodes(graph_); ++i) {
    ggml_tensor* tensor = ggml_graph_node(graph_, i);
    if (tensor->view_src != nullptr) {
      views_.push_back(tensor);
    } else {
      const auto* base = static_cast<std::byte*>(ggml_backend_buffer_get_base(tensor->buffer));
      const auto offset = static_cast<size_t>(static_cast<std::byte*>(tensor->data) - base);
      placed_.push_back({tensor, offset});
      scratch_bytes_ = std::max(scratch_bytes_, offset + ggml_nbytes(tensor));
    }
    tensor->buffer = nullptr;
  }
}

void Graph::place(std::byte* scratch) {
  for (const Placed& placed : placed_) placed.tensor->data = scratch + placed.offset;
  for (ggml_tensor* view : views_) {
    view->data = static_cast<std::byte*>(view->view_src->data) + view->view_offs;
  }
}

}  // namespace axllama::standin
