// The one pass over a whole row of bf16 logits: how large the largest value of each block is, found
// with the widest vectors that the machine has. Which values are worth a look follows from that.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

namespace axllama {

// A row is cut into groups of kGroup values, and a group into kLanes blocks: block `lane` of group
// `g` holds places g * kGroup + lane + row * kLanes for each row < kRows. Maxima of blocks of this
// shape need no step across the lanes of a vector. What is left behind the last group is in none.
inline constexpr size_t kLanes = 32;
inline constexpr size_t kRows = 32;
inline constexpr size_t kGroup = kLanes * kRows;

// The order of what is no number: below all that are.
template <class Order>
inline constexpr Order kNoNumber = std::numeric_limits<Order>::min();

// Integers in the order of the numbers whose bits are given: both zeros are 0, -inf is lowest, NaN
// is kNoNumber. `infinity` is the bits of +inf.
template <class Order>
constexpr Order order_of_bits(Order bits, Order infinity) {
  const auto magnitude = static_cast<Order>(bits & std::numeric_limits<Order>::max());
  if (magnitude > infinity) return kNoNumber<Order>;
  return bits < 0 ? static_cast<Order>(-magnitude) : magnitude;
}

constexpr int16_t order_of_bf16(uint16_t bits) {
  return order_of_bits<int16_t>(static_cast<int16_t>(bits), 0x7f80);
}

// Writes the order of the largest value of each block: [groups, kLanes] of [groups, kGroup].
using BlockMaxima = void (*)(const uint16_t* values, size_t groups, int16_t* maxima);

struct Bf16Scan {
  const char* name;  // "portable", "avx2", "avx512", "neon"
  BlockMaxima block_maxima;
};

// Those that this machine can run, the portable one first, the fastest last. All write the same.
std::span<const Bf16Scan> bf16_scans();
inline const Bf16Scan& fastest_bf16_scan() {
  return bf16_scans().back();
}

namespace scan {  // one a file; each only where its instructions exist

void block_maxima_portable(const uint16_t* values, size_t groups, int16_t* maxima);
void block_maxima_avx2(const uint16_t* values, size_t groups, int16_t* maxima);
void block_maxima_avx512(const uint16_t* values, size_t groups, int16_t* maxima);
void block_maxima_neon(const uint16_t* values, size_t groups, int16_t* maxima);

}  // namespace scan
}  // namespace axllama
