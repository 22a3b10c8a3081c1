#include "standin/runtime/run_model.h"

#include <fmt/format.h>

#include <cstring>
#include <deque>
#include <vector>

#include "standin/runtime/binding_rules.h"
#include "standin/runtime/codes.h"
#include "standin/runtime/say.h"

namespace axllama::standin {
namespace {

using axmodel::Tensor;
using Bytes = std::span<std::byte>;

Code refuse(const std::string& why) {
  say(LogLevel::kMisuse, "run refused: " + why);
  return kEngineFailed;
}

// Each tensor's buffer in card memory. False, with `why`, for one that is too small or isn't there.
bool resolve(const Card& card, const std::vector<Tensor>& tensors,
             const std::vector<BoundBuffer>& buffers, std::vector<Binding>& bindings,
             std::string& why) {
  for (size_t i = 0; i < tensors.size(); ++i) {
    Binding& binding = bindings.emplace_back();
    binding.bound_bytes = buffers[i].bytes;
    if (buffers[i].address == 0) continue;
    const uint64_t bytes = tensors[i].bytes();
    if (buffers[i].bytes < bytes) {
      why = fmt::format("{} is bound with {} bytes, it has {}", tensors[i].name, buffers[i].bytes,
                        bytes);
      return false;
    }
    binding.range = card.memory.find(buffers[i].address, bytes);
    if (!binding.range) {
      why = fmt::format("{} is bound to {:#x}, where no {} bytes of card memory are",
                        tensors[i].name, buffers[i].address, bytes);
      return false;
    }
  }
  return true;
}

// The spans a program reads and writes. What isn't bound is poison of its own.
class Buffers {
 public:
  Buffers(const axmodel::Group& group, const std::vector<Binding>& inputs,
          const std::vector<Binding>& outputs) {
    for (size_t i = 0; i < inputs.size(); ++i) {
      inputs_.push_back(inputs[i].range ? inputs[i].range->bytes : aside(group.inputs[i].bytes()));
    }
    for (size_t i = 0; i < outputs.size(); ++i) {
      outputs_.push_back(outputs[i].range ? outputs[i].range->bytes
                                          : aside(group.outputs[i].bytes()));
    }
  }
  std::span<const std::span<const std::byte>> inputs() const { return inputs_; }
  std::span<const Bytes> outputs() const { return outputs_; }

 private:
  Bytes aside(uint64_t bytes) { return aside_.emplace_back(bytes, kPoison); }

  std::deque<std::vector<std::byte>> aside_;
  std::vector<std::span<const std::byte>> inputs_;
  std::vector<Bytes> outputs_;
};

void fill_nan(const std::vector<Binding>& outputs) {
  for (const Binding& output : outputs) {
    if (output.range) std::memset(output.range->bytes.data(), 0xFF, output.range->bytes.size());
  }
}

}  // namespace

Code run_model(Card& card, const Model& model, uint32_t group_index, const Bindings& bindings,
               const Settings& settings) {
  if (group_index >= model.container->groups.size()) {
    return refuse(fmt::format("the model has no group {}", group_index));
  }
  const axmodel::Group& group = model.container->groups[group_index];
  if (bindings.inputs.size() != group.inputs.size() ||
      bindings.outputs.size() != group.outputs.size()) {
    return refuse("the IO handle is another model's");
  }
  std::vector<Binding> inputs;
  std::vector<Binding> outputs;
  std::string why;
  if (!resolve(card, group.inputs, bindings.inputs, inputs, why) ||
      !resolve(card, group.outputs, bindings.outputs, outputs, why)) {
    return refuse(why);
  }
  const Verdict verdict = judge({group, inputs, outputs, bindings.other_group}, settings);
  if (verdict.rule == Rule::kRefuse) return refuse(verdict.why);
  if (verdict.rule == Rule::kNan) {
    say(LogLevel::kMisuse, "the card would give garbage: " + verdict.why);
    fill_nan(outputs);
    return kOk;
  }
  const Buffers buffers(group, inputs, outputs);
  model.program->run(group_index, buffers.inputs(), buffers.outputs());
  return kOk;
}

}  // namespace axllama::standin
