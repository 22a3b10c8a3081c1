// Which of a graph's tensors make up which shape group.
#pragma once

#include <vector>

#include "axmodel/container.h"
#include "axmodel/onnx_model.h"
#include "base/result.h"

namespace axllama::axmodel {

// Several nodes are shape groups when each graph input and output belongs to exactly one of them,
// and those of node n are named like those of node 0 with "_<n>" behind. Otherwise (one node, or
// nodes that feed each other) all inputs and outputs are one group, under their own names.
// Graph inputs that are initializers don't count.
//
// kCorrupt, with the offset: a name twice or none, no output, a dimension below 1. kUnsupported: a
// variable dimension, an element type of unknown size, a tensor of 4 GiB or more.
Result<std::vector<Group>> find_groups(const OnnxModel& model);

}  // namespace axllama::axmodel
