// The handles of a model's inputs and outputs: what they are (IoInfo) and where they lie (Io).
// Neither needs the card: they outlive the model, and axclFinalize.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "axmodel/container.h"

namespace axllama::standin {

struct IoInfo {
  std::shared_ptr<const axmodel::Container> container;  // shared with the model

  const std::vector<axmodel::Tensor>& inputs(size_t group = 0) const {
    return container->groups[group].inputs;
  }
  const std::vector<axmodel::Tensor>& outputs(size_t group = 0) const {
    return container->groups[group].outputs;
  }
};

// A bound buffer: numbers, as the program gave them. Address 0: not bound.
struct BoundBuffer {
  uint64_t address = 0;
  uint64_t bytes = 0;
};
// What a run needs of an Io, as it was when the run was asked for.
struct Bindings {
  std::vector<BoundBuffer> inputs;
  std::vector<BoundBuffer> outputs;
  uint32_t batch = 0;
  bool other_group = false;  // it ran another group before
};

// Any thread may call.
class Io {
 public:
  explicit Io(std::shared_ptr<const axmodel::Container> container)
      : container_(std::move(container)),
        inputs_(container_->groups[0].inputs.size()),
        outputs_(container_->groups[0].outputs.size()) {}

  // Which input (or output) is called so.
  std::optional<uint32_t> index_of(bool input, std::string_view name) const {
    const axmodel::Group& group = container_->groups[0];
    const auto& tensors = input ? group.inputs : group.outputs;
    for (uint32_t i = 0; i < tensors.size(); ++i) {
      if (tensors[i].name == name) return i;
    }
    return std::nullopt;
  }

  // False when there is no such index.
  bool set_input(uint32_t index, BoundBuffer buffer) { return set(inputs_, index, buffer); }
  bool set_output(uint32_t index, BoundBuffer buffer) { return set(outputs_, index, buffer); }
  std::optional<BoundBuffer> input(uint32_t index) const { return get(inputs_, index); }
  std::optional<BoundBuffer> output(uint32_t index) const { return get(outputs_, index); }
  void set_batch(uint32_t batch) {
    const std::scoped_lock lock(mutex_);
    batch_ = batch;
  }
  // For a run of `group`, which is remembered.
  Bindings bindings(uint32_t group) {
    const std::scoped_lock lock(mutex_);
    const bool other = group_ && *group_ != group;
    group_ = group;
    return {inputs_, outputs_, batch_, other};
  }

 private:
  bool set(std::vector<BoundBuffer>& buffers, uint32_t index, BoundBuffer buffer) {
    const std::scoped_lock lock(mutex_);
    if (index >= buffers.size()) return false;
    buffers[index] = buffer;
    return true;
  }
  std::optional<BoundBuffer> get(const std::vector<BoundBuffer>& buffers, uint32_t index) const {
    const std::scoped_lock lock(mutex_);
    if (index >= buffers.size()) return std::nullopt;
    return buffers[index];
  }

  const std::shared_ptr<const axmodel::Container> container_;  // shared with the model
  mutable std::mutex mutex_;
  std::vector<BoundBuffer> inputs_;
  std::vector<BoundBuffer> outputs_;
  uint32_t batch_ = 0;
  std::optional<uint32_t> group_;
};

}  // namespace axllama::standin
