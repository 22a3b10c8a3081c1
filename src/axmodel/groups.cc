#include "axmodel/groups.h"

#include <map>
#include <optional>
#include <set>
#include <span>

#include "axmodel/quoted_name.h"

namespace axllama::axmodel {
namespace {

using Names = std::set<std::string_view>;
using Values = std::vector<const OnnxValue*>;
using Index = std::map<std::string_view, const OnnxValue*>;

// Inputs or outputs of the graph: by name, and in the file's order.
struct Side {
  Values values;
  Index index;
};

// One group's tensors, still under their names in the file.
struct Member {
  Values inputs;
  Values outputs;
};

Result<Side> make_side(const std::vector<OnnxValue>& values, const Names& initializers) {
  Side side;
  for (const OnnxValue& value : values) {
    if (initializers.contains(value.name)) continue;
    if (value.name.empty()) return corrupt_at(value.offset, "a tensor without a name");
    if (!side.index.try_emplace(value.name, &value).second) {
      return corrupt_at(value.offset, "a second tensor " + quoted_name(value.name));
    }
    side.values.push_back(&value);
  }
  return side;
}

// What a node's list of names stands for. Nothing when it names other than the graph's own inputs
// or outputs, or one that `used` has already.
std::optional<Values> values_of(const std::vector<std::string_view>& names, const Side& side,
                                const Names& initializers, std::set<const OnnxValue*>& used) {
  Values values;
  for (const std::string_view name : names) {
    if (name.empty() || initializers.contains(name)) continue;  // empty: an input left out
    const auto found = side.index.find(name);
    if (found == side.index.end() || !used.insert(found->second).second) return std::nullopt;
    values.push_back(found->second);
  }
  return values;
}

// The values of group `number` in the order of group 0's; nothing when their names don't fit.
std::optional<Values> in_order_of(const Values& first, const Values& values, size_t number) {
  if (values.size() != first.size()) return std::nullopt;
  Index index;
  for (const OnnxValue* value : values) index.emplace(value->name, value);
  Values ordered;
  for (const OnnxValue* bare : first) {
    const auto found = index.find(std::string(bare->name) + "_" + std::to_string(number));
    if (found == index.end()) return std::nullopt;
    ordered.push_back(found->second);
  }
  return ordered;
}

// The nodes as shape groups, if that is what they are.
std::optional<std::vector<Member>> members_by_node(const OnnxModel& model, const Side& inputs,
                                                   const Side& outputs, const Names& initializers) {
  std::vector<Member> members;
  std::set<const OnnxValue*> used;
  for (const OnnxNode& node : model.nodes) {
    auto in = values_of(node.inputs, inputs, initializers, used);
    auto out = in ? values_of(node.outputs, outputs, {}, used) : std::nullopt;
    if (!out) return std::nullopt;
    if (!members.empty()) {
      in = in_order_of(members[0].inputs, *in, members.size());
      out = in_order_of(members[0].outputs, *out, members.size());
    }
    if (!in || !out) return std::nullopt;
    members.push_back({*std::move(in), *std::move(out)});
  }
  if (used.size() != inputs.values.size() + outputs.values.size()) return std::nullopt;
  return members;
}

std::unexpected<Error> unsupported_at(const OnnxValue& value, std::string_view what) {
  return fail(ErrorCode::kUnsupported, "at byte " + std::to_string(value.offset) + ": tensor " +
                                           quoted_name(value.name) + " " + std::string(what));
}

Result<std::vector<int64_t>> sizes_of(const OnnxValue& value) {
  if (!value.has_shape) return unsupported_at(value, "has no shape");
  std::vector<int64_t> sizes;
  for (const auto& size : value.dims) {
    if (!size) return unsupported_at(value, "has a dimension of variable size");
    if (*size <= 0) {
      return corrupt_at(value.offset, "tensor " + quoted_name(value.name) + " has a dimension of " +
                                          std::to_string(*size));
    }
    sizes.push_back(*size);
  }
  return sizes;
}

Result<Tensor> make_tensor(const OnnxValue& value, std::string_view name) {
  constexpr uint64_t kLimit = uint64_t{4} << 30;
  Tensor tensor;
  tensor.name = name;
  tensor.type = static_cast<ElementType>(value.type);
  if (value.type != static_cast<int32_t>(value.type) || element_bits(tensor.type) == 0) {
    return unsupported_at(value, "has elements of the unknown type " + std::to_string(value.type));
  }
  AX_TRY(tensor.dims, sizes_of(value));
  const auto bytes = data_bytes(tensor.type, tensor.dims);
  if (!bytes || *bytes >= kLimit) return unsupported_at(value, "takes 4 GiB or more");
  return tensor;
}

Result<std::vector<Tensor>> make_tensors(const Values& values, const Values& names) {
  std::vector<Tensor> tensors;
  for (size_t i = 0; i < values.size(); ++i) {
    AX_TRY(Tensor tensor, make_tensor(*values[i], names[i]->name));
    tensors.push_back(std::move(tensor));
  }
  return tensors;
}

}  // namespace

Result<std::vector<Group>> find_groups(const OnnxModel& model) {
  Names initializers;
  for (const OnnxTensor& tensor : model.initializers) initializers.insert(tensor.name);
  AX_TRY(const Side inputs, make_side(model.inputs, initializers));
  AX_TRY(const Side outputs, make_side(model.outputs, {}));
  if (outputs.values.empty()) return fail(ErrorCode::kCorrupt, "the graph has no output");

  std::optional<std::vector<Member>> members;
  if (model.nodes.size() > 1) members = members_by_node(model, inputs, outputs, initializers);
  if (!members) members = {{inputs.values, outputs.values}};

  std::vector<Group> groups;
  for (const Member& member : *members) {
    Group group;
    AX_TRY(group.inputs, make_tensors(member.inputs, members->front().inputs));
    AX_TRY(group.outputs, make_tensors(member.outputs, members->front().outputs));
    groups.push_back(std::move(group));
  }
  return groups;
}

}  // namespace axllama::axmodel
