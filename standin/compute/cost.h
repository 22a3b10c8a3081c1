// The work of one run of a group, out of the container alone.
#pragma once

#include "axmodel/container.h"
#include "standin/compute/layer_spec.h"
#include "standin/compute/program.h"

namespace axllama::standin {

// Bytes: all weights (not the NPU's code), and every input (the cache rows among them) and output
// of the group once.
// Multiply-adds: each weight once a row, and attention over all rows of the cache and the chunk.
// Weights are counted by the dimensions in `spec` where it has them, else as one byte each.
Cost group_cost(const axmodel::Container& container, const LayerSpec& spec, size_t group);

// `threads`, or 1 for a run that one thread ends within half a millisecond: ggml's threads wait for
// each other spinning, some thirty times a layer, which on a busy machine costs far more than such
// a run.
int worthwhile_threads(const Cost& cost, int threads);

}  // namespace axllama::standin
