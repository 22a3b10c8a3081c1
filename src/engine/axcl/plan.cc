#include "engine/axcl/plan.h"

#include <algorithm>

namespace axllama::npu {
namespace {

const axmodel::ChunkGroup* chunk_group(const axmodel::ModelFolder& folder, int cached) {
  const auto fits = std::ranges::find_if(
      folder.chunks, [&](const axmodel::ChunkGroup& group) { return group.history >= cached; });
  return fits == folder.chunks.end() ? nullptr : &*fits;
}

}  // namespace

const axmodel::DecodeGroup& decode_group(const axmodel::ModelFolder& folder, int cached) {
  const auto fits = std::ranges::find_if(
      folder.decode, [&](const axmodel::DecodeGroup& group) { return group.cache > cached; });
  return fits == folder.decode.end() ? folder.decode.back() : *fits;
}

std::vector<Piece> plan(const axmodel::ModelFolder& folder, int start, int count,
                        const Costs& costs) {
  std::vector<Piece> pieces;
  while (count > 0) {
    const int rows = std::min(count, folder.chunk);
    const axmodel::ChunkGroup* chunk = chunk_group(folder, start);
    if (chunk != nullptr && rows * costs.decode > costs.chunk) {
      pieces.push_back({true, chunk->group, chunk->history, start, rows});
    } else {
      const axmodel::DecodeGroup& one = decode_group(folder, start);
      pieces.push_back({false, one.group, one.cache, start, 1});
    }
    start += pieces.back().rows;
    count -= pieces.back().rows;
  }
  return pieces;
}

}  // namespace axllama::npu
