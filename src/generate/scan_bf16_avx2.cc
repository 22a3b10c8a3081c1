#if defined(__x86_64__)

#include <immintrin.h>

#include "generate/scan_bf16.h"

namespace axllama::scan {
namespace {

constexpr size_t kWidth = sizeof(__m256i) / sizeof(uint16_t);
constexpr size_t kVectors = kLanes / kWidth;

[[gnu::target("avx2")]] inline __m256i order_of(__m256i bits) {
  const __m256i magnitude = _mm256_and_si256(bits, _mm256_set1_epi16(0x7fff));
  const __m256i no_number = _mm256_cmpgt_epi16(magnitude, _mm256_set1_epi16(0x7f80));
  const __m256i order = _mm256_sign_epi16(magnitude, bits);  // negated where bits are negative
  return _mm256_blendv_epi8(order, _mm256_set1_epi16(kNoNumber<int16_t>), no_number);
}

}  // namespace

[[gnu::target("avx2")]] void block_maxima_avx2(const uint16_t* values, size_t groups,
                                               int16_t* maxima) {
  for (size_t group = 0; group < groups; ++group, maxima += kLanes) {
    __m256i most[kVectors];
    for (__m256i& each : most) each = _mm256_set1_epi16(kNoNumber<int16_t>);
    for (size_t row = 0; row < kRows; ++row, values += kLanes) {
      for (size_t i = 0; i < kVectors; ++i) {
        const auto* const from = reinterpret_cast<const __m256i_u*>(values + i * kWidth);
        most[i] = _mm256_max_epi16(most[i], order_of(_mm256_loadu_si256(from)));
      }
    }
    for (size_t i = 0; i < kVectors; ++i)
      _mm256_storeu_si256(reinterpret_cast<__m256i_u*>(maxima + i * kWidth), most[i]);
  }
}

}  // namespace axllama::scan

#endif
