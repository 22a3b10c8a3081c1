#if defined(__x86_64__)

#include <immintrin.h>

#include "generate/scan_bf16.h"

namespace axllama::scan {
namespace {

static_assert(sizeof(__m512i) == kLanes * sizeof(uint16_t));

[[gnu::target("avx512bw")]] inline __m512i order_of(__m512i bits) {
  const __m512i magnitude = _mm512_and_si512(bits, _mm512_set1_epi16(0x7fff));
  const __mmask32 no_number = _mm512_cmpgt_epi16_mask(magnitude, _mm512_set1_epi16(0x7f80));
  const __mmask32 negative = _mm512_movepi16_mask(bits);
  const __m512i order =
      _mm512_mask_sub_epi16(magnitude, negative, _mm512_setzero_si512(), magnitude);
  return _mm512_mask_mov_epi16(order, no_number, _mm512_set1_epi16(kNoNumber<int16_t>));
}

}  // namespace

[[gnu::target("avx512bw")]] void block_maxima_avx512(const uint16_t* values, size_t groups,
                                                     int16_t* maxima) {
  for (size_t group = 0; group < groups; ++group, maxima += kLanes) {
    __m512i most = _mm512_set1_epi16(kNoNumber<int16_t>);
    for (size_t row = 0; row < kRows; ++row, values += kLanes)
      most = _mm512_max_epi16(most, order_of(_mm512_loadu_si512(values)));
    _mm512_storeu_si512(maxima, most);
  }
}

}  // namespace axllama::scan

#endif
