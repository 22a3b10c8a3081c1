// Looks for the candidates of so many draws in one row of 151,936 made-up bf16 logits, for counting
// instructions (sampling_aarch64.sh). The row costs the same however many draws there are.
//
//   sampling_draws SCAN CANDIDATES DRAWS      SCAN as bf16_scans() names them
#include <bit>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string_view>
#include <vector>

#include "generate/best_places.h"

int main(int argc, char** argv) {
  using namespace axllama;
  if (argc != 4) return 2;
  std::mt19937 random(1);
  std::normal_distribution<float> normal(0, 3);
  std::vector<uint16_t> row(151'936);
  for (uint16_t& value : row)
    value = static_cast<uint16_t>(std::bit_cast<uint32_t>(normal(random)) >> 16);
  std::vector<uint32_t> places;
  for (const Bf16Scan& scan : bf16_scans()) {
    if (scan.name != std::string_view(argv[1])) continue;
    const auto count = static_cast<size_t>(std::atoi(argv[2]));
    for (int draws = std::atoi(argv[3]); draws > 0; --draws)
      best_places(std::span<const uint16_t>(row), count, places, scan);
    std::printf("%zu candidates\n", places.size());
    return 0;
  }
  return 1;
}
