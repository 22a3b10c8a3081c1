#include "engine/axcl/batch.h"

namespace axllama::npu {

Result<void> check_batch(std::span<const Row> rows, std::vector<int> lengths, int context,
                         int vocabulary) {
  for (const Row& row : rows) {
    if (row.slot < 0 || static_cast<size_t>(row.slot) >= lengths.size()) {
      return fail(ErrorCode::kInvalidArgument, "there is no slot " + std::to_string(row.slot));
    }
    if (row.token < 0 || row.token >= vocabulary) {
      return fail(ErrorCode::kInvalidArgument, "there is no token " + std::to_string(row.token));
    }
    if (++lengths[static_cast<size_t>(row.slot)] > context) {
      return fail(ErrorCode::kInvalidArgument,
                  "the context of " + std::to_string(context) + " tokens is full");
    }
  }
  return {};
}

std::vector<Work> split_batch(const axmodel::ModelFolder& folder, std::span<const Row> rows,
                              std::vector<int> lengths, const Costs& costs) {
  std::vector<Work> works;
  for (size_t first = 0; first < rows.size();) {
    const int slot = rows[first].slot;
    size_t end = first + 1;
    while (end < rows.size() && rows[end].slot == slot) ++end;
    int& length = lengths[static_cast<size_t>(slot)];
    for (const Piece& piece : plan(folder, length, static_cast<int>(end - first), costs)) {
      works.push_back({slot, piece, first});
      first += static_cast<size_t>(piece.rows);
      length += piece.rows;
    }
  }
  return works;
}

}  // namespace axllama::npu
