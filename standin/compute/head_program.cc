#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "standin/compute/blocks.h"
#include "standin/compute/compute_programs.h"
#include "standin/compute/cost.h"
#include "standin/compute/cpu_backend.h"
#include "standin/compute/group_shape.h"

namespace axllama::standin {
namespace {

constexpr size_t kMaxTensors = 16;

struct HeadWeights {
  std::vector<float> norm;
  Matrix matrix;
};

struct HeadGraph {
  HeadGraph(const LayerSpec& spec, const HeadGroup& group, const HeadWeights& weights)
      : graph(kMaxTensors) {
    input = graph.external(GGML_TYPE_BF16, {spec.hidden, group.rows});
    ggml_tensor* x = rms_norm(graph, to_f32(graph, input), weights.norm, spec.norm_epsilon);
    std::vector<ggml_tensor*> results;
    if (group.normed) results.push_back(normed = to_bf16(graph, x));
    if (group.logits) {
      results.push_back(logits = to_bf16(graph, multiply(graph, weights.matrix, x)));
    }
    graph.finish(results);
  }

  Graph graph;
  ggml_tensor* input;             // bf16 [rows, hidden]
  ggml_tensor* normed = nullptr;  // bf16 [rows, hidden]
  ggml_tensor* logits = nullptr;  // bf16 [rows, vocabulary]
};

// Grows with the number that the bits of a bf16 stand for.
uint16_t order(uint16_t bits) {
  if ((bits & 0x7fff) > 0x7f80) return 0xffff;  // NaN
  return (bits & 0x8000) != 0 ? static_cast<uint16_t>(~bits) : static_cast<uint16_t>(bits | 0x8000);
}

// The ids of the `count` largest, descending.
std::vector<uint32_t> largest(std::span<const uint16_t> logits, size_t count) {
  std::vector<uint64_t> keys(logits.size());  // the order above the inverted id
  for (size_t id = 0; id < keys.size(); ++id) {
    keys[id] = uint64_t{order(logits[id])} << 32 | (0xffffffff - id);
  }
  const auto end = keys.begin() + static_cast<std::ptrdiff_t>(count);
  std::nth_element(keys.begin(), end - 1, keys.end(), std::greater<>());
  std::sort(keys.begin(), end, std::greater<>());
  std::vector<uint32_t> ids(count);
  for (size_t i = 0; i < count; ++i) ids[i] = 0xffffffff - static_cast<uint32_t>(keys[i]);
  return ids;
}

class HeadProgram final : public Program {
 public:
  HeadProgram(CpuBackend& backend, const LayerSpec& spec, HeadWeights weights, int threads)
      : backend_(backend), spec_(spec), weights_(std::move(weights)), threads_(threads) {}

  void add_group(const HeadGroup& shape, const Cost& cost) {
    groups_.push_back({shape, cost, std::make_unique<HeadGraph>(spec_, shape, weights_)});
  }

  bool computes() const override { return true; }
  Cost cost(size_t group) const override { return groups_[group].cost; }

  void run(size_t index, std::span<const std::span<const std::byte>> inputs,
           std::span<const std::span<std::byte>> outputs) override {
    const Group& group = groups_[index];
    HeadGraph& head = *group.head;
    backend_.run(
        head.graph, worthwhile_threads(group.cost, threads_),
        [&] { Graph::bind(head.input, inputs[group.shape.input].data()); },
        [&] { write(group, outputs); });
  }

 private:
  struct Group {
    HeadGroup shape;
    Cost cost;
    std::unique_ptr<HeadGraph> head;
  };

  void write(const Group& group, std::span<const std::span<std::byte>> outputs) const {
    const HeadGraph& head = *group.head;
    if (group.shape.normed) write_all(head.normed, outputs[*group.shape.normed]);
    if (!group.shape.logits) return;
    const std::span<std::byte> values = outputs[*group.shape.logits];
    if (spec_.top_k == 0) {
      write_all(head.logits, values);
    } else {
      write_largest(group, values, outputs[group.shape.indices]);
    }
  }

  static void write_all(const ggml_tensor* result, std::span<std::byte> out) {
    std::memcpy(out.data(), result->data, out.size());
  }

  void write_largest(const Group& group, std::span<std::byte> values,
                     std::span<std::byte> indices) const {
    const auto* logits = static_cast<const uint16_t*>(group.head->logits->data);
    const auto vocabulary = static_cast<size_t>(spec_.vocabulary);
    std::byte* value = values.data();
    std::byte* index = indices.data();
    for (size_t row = 0; row < static_cast<size_t>(group.shape.rows); ++row) {
      const std::span<const uint16_t> all(logits + row * vocabulary, vocabulary);
      for (const uint32_t id : largest(all, static_cast<size_t>(spec_.top_k))) {
        value = std::ranges::copy(std::as_bytes(all.subspan(id, 1)), value).out;
        index = std::ranges::copy(std::as_bytes(std::span(&id, 1)), index).out;
      }
    }
  }

  CpuBackend& backend_;
  LayerSpec spec_;
  HeadWeights weights_;
  int threads_;
  std::vector<Group> groups_;
};

Result<void> check_spec(const LayerSpec& spec) {
  if (spec.hidden <= 0) return fail(ErrorCode::kCorrupt, "metadata axllama.standin.hidden is 0");
  if (spec.top_k > spec.vocabulary) {
    return fail(ErrorCode::kCorrupt,
                fmt::format("metadata axllama.standin.top_k is {}, more than the vocabulary of {}",
                            spec.top_k, spec.vocabulary));
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<Program>> make_head_program(const axmodel::Container& container,
                                                   std::span<const std::byte> file,
                                                   const LayerSpec& spec, int threads) {
  AX_CHECK(check_spec(spec));
  const Weights initializers(container, file);
  HeadWeights weights;
  AX_TRY(weights.norm, initializers.vector("norm", spec.hidden));
  if (spec.vocabulary > 0) {
    AX_TRY(weights.matrix, initializers.matrix("weight", spec.vocabulary, spec.hidden));
  }
  std::vector<HeadGroup> shapes;
  for (const axmodel::Group& group : container.groups) {
    AX_TRY(const HeadGroup shape, head_group(group, spec));
    shapes.push_back(shape);
  }
  AX_TRY(CpuBackend * backend, CpuBackend::get());
  auto program = std::make_unique<HeadProgram>(*backend, spec, std::move(weights), threads);
  for (size_t i = 0; i < shapes.size(); ++i) {
    program->add_group(shapes[i], group_cost(container, spec, i));
  }
  return program;
}

}  // namespace axllama::standin
