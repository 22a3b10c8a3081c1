// A step's rows as the NPU takes them: one slot at a time, in pieces. Pure.
#pragma once

#include <span>
#include <vector>

#include "base/result.h"
#include "engine/axcl/plan.h"
#include "engine/engine.h"

namespace axllama::npu {

// Rows first, ..., first + piece.rows - 1 of a batch, all of one slot.
struct Work {
  int slot = 0;
  Piece piece;
  size_t first = 0;
  bool operator==(const Work&) const = default;
};

// kInvalidArgument for a slot or a token that isn't there, and for a row past the context.
// lengths: of the slots.
Result<void> check_batch(std::span<const Row> rows, std::vector<int> lengths, int context,
                         int vocabulary);

// Runs of rows of the same slot, each in its pieces, in the order of the batch.
std::vector<Work> split_batch(const axmodel::ModelFolder& folder, std::span<const Row> rows,
                              std::vector<int> lengths, const Costs& costs);

}  // namespace axllama::npu
