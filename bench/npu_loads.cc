// Loads and unloads a model two hundred times, on one stand-in card and then on two, and says
// whether the cards' free memory is back where it was. Exits with 1 when it is not.
#include <chrono>
#include <cstdio>

#include "engine/axcl/standin_kit.h"

namespace {

using namespace axllama;
using namespace axllama::npu_test;

constexpr int kLoads = 200;

bool same_memory_after_loads(const AxclSpec& how) {
  load(how);
  const uint64_t before = free_memory(3) + free_memory(5);
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < kLoads; ++i) {
    const auto engine = load(how);
    if (i % 10 == 0) evaluate(*engine, 0, {5, 6, 7});
  }
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
  const uint64_t after = free_memory(3) + free_memory(5);
  std::printf("%d loads on %zu card(s): %.1f s, %llu bytes free before, %llu after\n", kLoads,
              how.devices.size(), taken.count(), static_cast<unsigned long long>(before),
              static_cast<unsigned long long>(after));
  return before == after;
}

}  // namespace

int main() {
  AxclSpec how = spec(packed(kSmall), 2);
  const bool one = same_memory_after_loads(how);
  how.devices = {3, 5};
  const bool two = same_memory_after_loads(how);
  return one && two ? 0 : 1;
}
