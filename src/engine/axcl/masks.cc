#include "engine/axcl/masks.h"

#include <algorithm>

namespace axllama::npu {

void write_decode_mask(std::span<uint16_t> mask, int cached) {
  const auto seen = static_cast<size_t>(cached);
  std::ranges::fill(mask.first(seen), kVisible);
  std::ranges::fill(mask.subspan(seen), kBlocked);
  mask.back() = kVisible;
}

void write_chunk_mask(std::span<uint16_t> mask, int chunk, int history, int cached, int rows) {
  std::ranges::fill(mask, kBlocked);
  const auto width = static_cast<size_t>(history + chunk);
  for (int i = 0; i < rows; ++i) {
    const auto row = mask.subspan(static_cast<size_t>(i) * width, width);
    std::ranges::fill(row.first(static_cast<size_t>(cached)), kVisible);
    std::ranges::fill(row.subspan(static_cast<size_t>(history), static_cast<size_t>(i) + 1),
                      kVisible);
  }
}

}  // namespace axllama::npu
