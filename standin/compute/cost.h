// The work of one run of a group, out of the container alone.
#pragma once

#include "axmodel/container.h"
#include "standin/compute/layer_spec.h"
#include "standin/compute/program.h"

namespace axllama::standin {

// Bytes: all weights, and every input (the cache rows among them) and output of the group once.
// Multiply-adds: each weight once a row, and attention over all rows of the cache and the chunk.
// Weights are counted by the dimensions in `spec` where it has them, else as one byte each.
Cost group_cost(const axmodel::Container& container, const LayerSpec& spec, size_t group);

}  // namespace axllama::standin
