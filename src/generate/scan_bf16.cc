#include "generate/scan_bf16.h"

#include <algorithm>
#include <vector>

namespace axllama {
namespace {

std::vector<Bf16Scan> scans_of_this_machine() {
  std::vector<Bf16Scan> scans = {{"portable", scan::block_maxima_portable}};
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2")) scans.push_back({"avx2", scan::block_maxima_avx2});
  if (__builtin_cpu_supports("avx512bw")) scans.push_back({"avx512", scan::block_maxima_avx512});
#elif defined(__aarch64__)
  scans.push_back({"neon", scan::block_maxima_neon});  // every aarch64 has it
#endif
  return scans;
}

}  // namespace

std::span<const Bf16Scan> bf16_scans() {
  static const std::vector<Bf16Scan> scans = scans_of_this_machine();
  return scans;
}

void scan::block_maxima_portable(const uint16_t* values, size_t groups, int16_t* maxima) {
  std::fill_n(maxima, groups * kLanes, kNoNumber<int16_t>);
  for (size_t row = 0; row < groups * kRows; ++row) {
    int16_t* const most = maxima + row / kRows * kLanes;
    for (size_t lane = 0; lane < kLanes; ++lane)
      most[lane] = std::max(most[lane], order_of_bf16(values[row * kLanes + lane]));
  }
}

}  // namespace axllama
