// Where the largest values of a row of logits are.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "generate/scan_bf16.h"

namespace axllama {

// The places, ascending, of all values that are at least as large as the count-th largest: `count`
// of them, and what equals the last. -0 equals +0; NaN is left out. Reads the row once; only what
// may be among the largest is looked at again.
void best_places(std::span<const uint16_t> bf16, size_t count, std::vector<uint32_t>& places,
                 const Bf16Scan& scan = fastest_bf16_scan());
void best_places(std::span<const float> f32, size_t count, std::vector<uint32_t>& places);

}  // namespace axllama
