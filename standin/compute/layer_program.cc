#include <algorithm>
#include <cstring>
#include <vector>

#include "standin/compute/compute_programs.h"
#include "standin/compute/cost.h"
#include "standin/compute/cpu_backend.h"
#include "standin/compute/layer_graph.h"

namespace axllama::standin {
namespace {

using Inputs = std::span<const std::span<const std::byte>>;
using Outputs = std::span<const std::span<std::byte>>;

// A row is real when it sees itself. Counts up to the last one.
int64_t real_rows(std::span<const std::byte> mask, const LayerGroup& group) {
  const int64_t width = group.history + group.rows;
  for (int64_t row = group.rows; row > 0; --row) {
    const auto at = static_cast<size_t>((row - 1) * width + group.history + row - 1);
    uint16_t own;
    std::memcpy(&own, mask.data() + at * sizeof own, sizeof own);
    if ((own & 0x7fff) == 0) return row;
  }
  return 0;
}

void write_rows(const ggml_tensor* result, int64_t rows, std::span<std::byte> out) {
  const size_t bytes = static_cast<size_t>(rows * result->ne[0]) * sizeof(ggml_bf16_t);
  std::memcpy(out.data(), result->data, std::min(bytes, out.size()));
}

class LayerProgram final : public Program {
 public:
  LayerProgram(CpuBackend& backend, const LayerSpec& spec, LayerWeights weights, int threads)
      : backend_(backend), spec_(spec), weights_(std::move(weights)), threads_(threads) {}

  void add_group(const LayerGroup& shape, const Cost& cost) {
    groups_.push_back(std::make_unique<Group>(Group{shape, cost, nullptr}));
    Group& group = *groups_.back();
    group.layer = std::make_unique<LayerGraph>(spec_, group.shape, weights_);
  }

  bool computes() const override { return true; }
  Cost cost(size_t group) const override { return groups_[group]->cost; }

  void run(size_t index, Inputs inputs, Outputs outputs) override {
    Group& group = *groups_[index];
    backend_.run(
        group.layer->graph(), worthwhile_threads(group.cost, threads_),
        [&] { bind(group, inputs); }, [&] { write(group, inputs[group.shape.mask], outputs); });
  }

 private:
  struct Group {
    LayerGroup shape;
    Cost cost;
    std::unique_ptr<LayerGraph> layer;
  };

  static void bind(Group& group, Inputs inputs) {
    const LayerGroup& shape = group.shape;
    if (shape.history > 0) {
      Graph::bind(group.layer->key_cache, inputs[shape.key_cache].data());
      Graph::bind(group.layer->value_cache, inputs[shape.value_cache].data());
    }
    Graph::bind(group.layer->indices, inputs[shape.indices].data());
    Graph::bind(group.layer->input, inputs[shape.input].data());
    Graph::bind(group.layer->mask, inputs[shape.mask].data());
  }

  static void write(const Group& group, std::span<const std::byte> mask, Outputs outputs) {
    const LayerGroup& shape = group.shape;
    int64_t rows = shape.rows;
    if (rows > 1) {
      const int64_t real = real_rows(mask, shape);
      if (real < kWrittenWholeFrom) rows = real;
    }
    write_rows(group.layer->key_out, rows, outputs[shape.key_out]);
    write_rows(group.layer->value_out, rows, outputs[shape.value_out]);
    write_rows(group.layer->output, rows, outputs[shape.output]);
  }

  CpuBackend& backend_;
  LayerSpec spec_;
  LayerWeights weights_;
  int threads_;
  std::vector<std::unique_ptr<Group>> groups_;
};

}  // namespace

Result<std::unique_ptr<Program>> make_layer_program(const axmodel::Container& container,
                                                    std::span<const std::byte> file,
                                                    const LayerSpec& spec, int threads) {
  AX_TRY(LayerWeights weights, read_layer_weights(spec, Weights(container, file)));
  std::vector<LayerGroup> shapes;
  for (const axmodel::Group& group : container.groups) {
    AX_TRY(const LayerGroup shape, layer_group(group, spec));
    shapes.push_back(shape);
  }
  AX_TRY(CpuBackend * backend, CpuBackend::get());
  auto program = std::make_unique<LayerProgram>(*backend, spec, std::move(weights), threads);
  for (size_t i = 0; i < shapes.size(); ++i) {
    program->add_group(shapes[i], group_cost(container, spec, i));
  }
  return program;
}

}  // namespace axllama::standin
