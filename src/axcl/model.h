// A model on the card, its tensors, and what is bound to them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "axcl/functions.h"
#include "axcl/memory.h"
#include "base/result.h"

namespace axllama::axcl {

struct IoTensor {
  std::string name;
  std::vector<uint64_t> bytes;  // by group
};

// One .axmodel, loaded. Unloading frees its engine context. One thread at a time; load and destroy
// on a thread bound to the card.
class Model {
 public:
  // kCorrupt, kNoMemory, ... with the path. Blocks for seconds.
  static Result<Model> load(const Functions& call, const std::string& path);
  Model(Model&& other) noexcept;
  Model& operator=(Model&&) = delete;
  ~Model();

  const std::vector<IoTensor>& inputs() const { return inputs_; }
  const std::vector<IoTensor>& outputs() const { return outputs_; }
  // Card memory it takes, when the driver tells.
  std::optional<uint64_t> card_bytes() const;

 private:
  friend class Binding;
  explicit Model(const Functions& call) : call_(&call) {}
  Result<void> describe(const std::string& path);

  const Functions* call_;
  ModelId id_ = 0;
  bool loaded_ = false;
  EngineContext context_ = 0;
  IoInfo info_ = nullptr;
  std::vector<IoTensor> inputs_;
  std::vector<IoTensor> outputs_;
};

// The tensors of one group, bound to card memory; must not outlive the loaded model. Binding costs
// no message to the card: rebind as often as you like.
class Binding {
 public:
  static Result<Binding> create(const Model& model, int group);
  Binding(Binding&& other) noexcept;
  Binding& operator=(Binding&&) = delete;
  ~Binding();

  // The whole tensor at `at`, by the tensor's number in Model::inputs() or outputs().
  Result<void> input(size_t index, Address at);
  Result<void> output(size_t index, Address at);

  // Runs it and waits for the end.
  Result<void> execute() const;
  // Puts it at the end of `stream`. The bindings may change at once; what is bound must not be
  // freed before the stream was synchronised.
  Result<void> execute_on(Stream stream) const;

 private:
  Binding(const Model& model, int group);
  const Functions* call_;
  ModelId model_;
  EngineContext context_;
  uint32_t group_;
  std::vector<uint64_t> inputs_;  // bytes
  std::vector<uint64_t> outputs_;
  Io io_ = nullptr;
};

// The number of the tensor that is called `name` in group 0 or, as some compilers write it,
// "name_<group>"; -1 when there is none.
int find_tensor(const std::vector<IoTensor>& tensors, std::string_view name);

}  // namespace axllama::axcl
