#include "standin/compute/attention_cache.h"

#include <gtest/gtest.h>

#include <numeric>
#include <vector>

#include "standin/compute/cpu_backend.h"

namespace axllama::standin {
namespace {

struct Size {
  int64_t history, rows, columns;
};

class AttentionCacheOf : public testing::TestWithParam<Size> {};

TEST_P(AttentionCacheOf, joins_keys_and_transposes_values_on_any_number_of_threads) {
  const auto [history, rows, columns] = GetParam();
  std::vector<uint16_t> keys(static_cast<size_t>((history + rows) * columns));
  std::iota(keys.begin(), keys.end(), uint16_t{1});
  std::vector<uint16_t> values(keys.rbegin(), keys.rend());
  Graph graph(16);
  const auto part = [&, columns = columns](const std::vector<uint16_t>& all, int64_t from,
                                           int64_t n) {
    return n == 0 ? nullptr
                  : graph.external(GGML_TYPE_BF16, {columns, n}, all.data() + from * columns);
  };
  const AttentionCache cache = join_attention_cache(
      graph.context(), 4, part(keys, history, rows), part(values, history, rows),
      part(keys, 0, history), part(values, 0, history));
  ggml_tensor* const results[] = {cache.keys, cache.values};
  graph.finish(results);
  const auto backend = CpuBackend::get();
  ASSERT_TRUE(backend);
  for (const int threads : {1, 2, 3}) {
    (*backend)->run(
        graph, threads, [] {},
        [&, history = history, rows = rows, columns = columns] {
          const auto* joined = static_cast<const uint16_t*>(cache.keys->data);
          const auto* turned = static_cast<const uint16_t*>(cache.values->data);
          for (int64_t row = 0; row < history + rows; ++row) {
            for (int64_t column = 0; column < columns; ++column) {
              const auto at = static_cast<size_t>(row * columns + column);
              ASSERT_EQ(joined[at], keys[at]);
              ASSERT_EQ(turned[column * (history + rows) + row], values[at]);
            }
          }
        });
  }
}

INSTANTIATE_TEST_SUITE_P(Each, AttentionCacheOf,
                         testing::Values(Size{0, 8, 16}, Size{31, 1, 32}, Size{16, 8, 24},
                                         Size{13, 5, 20}, Size{1, 1, 4}));

}  // namespace
}  // namespace axllama::standin
