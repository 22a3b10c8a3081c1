// The additive attention masks that the layers want, as bf16. Pure.
#pragma once

#include <cstdint>
#include <span>

namespace axllama::npu {

inline constexpr uint16_t kVisible = 0;       // 0.0
inline constexpr uint16_t kBlocked = 0xC780;  // -65536.0

// mask: [cache + 1]. The first `cached` rows of the cache and the token itself, which stands last.
void write_decode_mask(std::span<uint16_t> mask, int cached);

// mask: [chunk, history + chunk]. Row i < rows sees the first `cached` rows of the history and the
// rows 0..i of the chunk; rows from `rows` on see nothing.
void write_chunk_mask(std::span<uint16_t> mask, int chunk, int history, int cached, int rows);

}  // namespace axllama::npu
