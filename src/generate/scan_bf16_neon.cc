#if defined(__aarch64__)

#include <arm_neon.h>

#include "generate/scan_bf16.h"

namespace axllama::scan {
namespace {

constexpr size_t kWidth = sizeof(int16x8_t) / sizeof(int16_t);
constexpr size_t kVectors = kLanes / kWidth;

inline int16x8_t order_of(int16x8_t bits) {
  const int16x8_t magnitude = vandq_s16(bits, vdupq_n_s16(0x7fff));
  const uint16x8_t no_number = vcgtq_s16(magnitude, vdupq_n_s16(0x7f80));
  const int16x8_t order = vbslq_s16(vcltzq_s16(bits), vnegq_s16(magnitude), magnitude);
  return vbslq_s16(no_number, vdupq_n_s16(kNoNumber<int16_t>), order);
}

}  // namespace

void block_maxima_neon(const uint16_t* values, size_t groups, int16_t* maxima) {
  for (size_t group = 0; group < groups; ++group, maxima += kLanes) {
    int16x8_t most[kVectors];
    for (int16x8_t& each : most) each = vdupq_n_s16(kNoNumber<int16_t>);
    for (size_t row = 0; row < kRows; ++row, values += kLanes) {
      for (size_t i = 0; i < kVectors; ++i) {
        const int16x8_t bits = vreinterpretq_s16_u16(vld1q_u16(values + i * kWidth));
        most[i] = vmaxq_s16(most[i], order_of(bits));
      }
    }
    for (size_t i = 0; i < kVectors; ++i) vst1q_s16(maxima + i * kWidth, most[i]);
  }
}

}  // namespace axllama::scan

#endif
