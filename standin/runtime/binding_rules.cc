#include "standin/runtime/binding_rules.h"

#include <fmt/format.h>

#include <algorithm>

namespace axllama::standin {
namespace {

using axmodel::Group;
using axmodel::Tensor;

constexpr uint64_t kRow = 2048;

bool is_cache_output(const Tensor& tensor) {
  return tensor.name == "K_cache_out" || tensor.name == "V_cache_out";
}
bool is_cache_input(const Tensor& tensor) {
  return tensor.name == "K_cache" || tensor.name == "V_cache";
}
bool is_table_input(const Tensor& tensor) {
  return tensor.name == "indices" || tensor.name == "mask";
}

const Tensor* indices(const Group& group) {
  const auto found = std::ranges::find(group.inputs, "indices", &Tensor::name);
  return found == group.inputs.end() ? nullptr : &*found;
}

// The tensor's number of elements in its last dimension: of [1, P], and of [3, P].
int64_t tokens(const Group& group) {
  const Tensor* tensor = indices(group);
  return tensor == nullptr || tensor->dims.empty() ? 0 : tensor->dims.back();
}

bool overlap(const DeviceRange& a, const DeviceRange& b) {
  return a.address < b.address + b.bytes.size() && b.address < a.address + a.bytes.size();
}

class Judge {
 public:
  Judge(const BindingCheck& check, const Settings& settings) : check_(check), settings_(settings) {}

  Verdict verdict() {
    if (check_.other_group) {
      broken(settings_.one_io_per_group, "the IO handle was used for another group before");
    }
    for (size_t i = 0; i < check_.inputs.size(); ++i) {
      input(check_.group.inputs[i], check_.inputs[i]);
    }
    for (size_t i = 0; i < check_.outputs.size(); ++i) {
      output(check_.group.outputs[i], check_.outputs[i]);
    }
    return std::move(verdict_);
  }

 private:
  void broken(Rule rule, std::string why) {
    if (rule > verdict_.rule) verdict_ = {rule, std::move(why)};
  }
  // What holds for inputs and outputs alike; false when it isn't bound.
  bool bound(const Tensor& tensor, const Binding& binding) {
    if (!binding.range) {
      if (settings_.bind_all == Rule::kRefuse) {
        broken(Rule::kRefuse, fmt::format("{} is not bound", tensor.name));
      }
      return false;
    }
    if (binding.bound_bytes != tensor.bytes()) {
      broken(settings_.exact_sizes, fmt::format("{} is bound with {} bytes instead of {}",
                                                tensor.name, binding.bound_bytes, tensor.bytes()));
    }
    return true;
  }
  void input(const Tensor& tensor, const Binding& binding) {
    if (!bound(tensor, binding)) return;
    if (is_table_input(tensor) && binding.range->offset() % kRow != 0) {
      broken(settings_.offset_tables, fmt::format("{} begins at offset {} of its allocation",
                                                  tensor.name, binding.range->offset()));
    }
  }
  void output(const Tensor& tensor, const Binding& binding) {
    if (!bound(tensor, binding)) return;
    if (is_cache_output(tensor)) {
      cache_output(tensor, *binding.range);
    } else if (const Tensor* with = overlapped(*binding.range)) {
      broken(settings_.alias, fmt::format("output {} overlaps input {}", tensor.name, with->name));
    }
  }
  void cache_output(const Tensor& tensor, const DeviceRange& range) {
    if (is_decode(check_.group) && range.offset() % kRow != 0) {
      broken(settings_.kv_row_alignment, fmt::format("{} begins at offset {}, no multiple of 2048",
                                                     tensor.name, range.offset()));
    }
    if (is_chunk(check_.group) && (range.offset() != 0 || shares_cache(range))) {
      broken(settings_.chunk_outputs,
             fmt::format("{} of a chunk lies inside another buffer", tensor.name));
    }
  }
  const Tensor* overlapped(const DeviceRange& output) const {
    for (size_t i = 0; i < check_.inputs.size(); ++i) {
      const auto& range = check_.inputs[i].range;
      if (range && overlap(*range, output)) return &check_.group.inputs[i];
    }
    return nullptr;
  }
  bool shares_cache(const DeviceRange& output) const {
    for (size_t i = 0; i < check_.inputs.size(); ++i) {
      const auto& range = check_.inputs[i].range;
      if (is_cache_input(check_.group.inputs[i]) && range &&
          range->allocation == output.allocation) {
        return true;
      }
    }
    return false;
  }

  const BindingCheck& check_;
  const Settings& settings_;
  Verdict verdict_;
};

}  // namespace

bool is_decode(const Group& group) {
  return tokens(group) == 1;
}
bool is_chunk(const Group& group) {
  return tokens(group) > 1;
}

Verdict judge(const BindingCheck& check, const Settings& settings) {
  return Judge(check, settings).verdict();
}

}  // namespace axllama::standin
