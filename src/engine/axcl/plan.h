// Which shape groups evaluate a run of new tokens. Pure: values in, values out.
#pragma once

#include <vector>

#include "axmodel/folder.h"

namespace axllama::npu {

// One Execute a layer: `rows` tokens from position `start` on.
struct Piece {
  bool chunk = false;  // a chunk group; else a decode group, and rows is 1
  int group = 0;       // of the container
  int reach = 0;       // rows of cache the group reads
  int start = 0;
  int rows = 1;
  bool operator==(const Piece&) const = default;
};

// What one Execute of all layers costs, in any unit, the same for both.
struct Costs {
  double decode = 1;
  double chunk = 4;
};

// Evaluates tokens [start, start + count): chunks through the group with the smallest history that
// fits, single tokens where that is cheaper or where no chunk group reaches back far enough.
// start + count is at most folder.context().
std::vector<Piece> plan(const axmodel::ModelFolder& folder, int start, int count,
                        const Costs& costs);

// The smallest decode group that sees `cached` earlier tokens. cached < folder.context().
const axmodel::DecodeGroup& decode_group(const axmodel::ModelFolder& folder, int cached);

}  // namespace axllama::npu
