// A ggml graph built once and computed often: its inputs and weights lie where the caller says, its
// intermediate tensors in scratch memory that all graphs of the process share.
#pragma once

#include <ggml.h>

#include <cstddef>
#include <initializer_list>
#include <memory>
#include <span>
#include <vector>

namespace axllama::standin {

class Graph {
 public:
  // Tensors, views included, that it may hold.
  explicit Graph(size_t max_tensors);

  ggml_context* context() { return context_.get(); }
  ggml_cgraph* ggml() { return graph_; }

  // A tensor whose data the caller owns: bound now (weights) or before each run (inputs).
  ggml_tensor* external(ggml_type type, std::initializer_list<int64_t> dims,
                        const void* data = nullptr);
  static void bind(ggml_tensor* external, const void* data);

  // After the last tensor is made: decides what is computed, in which order and where. `results`
  // stay readable after a run, until the next run of any graph.
  void finish(std::span<ggml_tensor* const> results);

  // Bytes of scratch memory, 64-byte aligned, that a run needs.
  size_t scratch_bytes() const { return scratch_bytes_; }
  // Puts the intermediate tensors into `scratch` and follows what was bound.
  void place(std::byte* scratch);

 private:
  void plan_scratch();

  struct Placed {
    ggml_tensor* tensor;
    size_t offset;  // in the scratch memory
  };
  struct FreeContext {
    void operator()(ggml_context* context) const { ggml_free(context); }
  };

  size_t max_tensors_;
  std::unique_ptr<ggml_context, FreeContext> context_;
  ggml_cgraph* graph_ = nullptr;
  std::vector<Placed> placed_;
  std::vector<ggml_tensor*> views_;
  size_t scratch_bytes_ = 0;
};

}  // namespace axllama::standin
