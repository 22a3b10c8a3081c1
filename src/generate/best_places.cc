#include "generate/best_places.h"

#include <algorithm>
#include <array>
#include <bit>
#include <functional>

namespace axllama {
namespace {

int16_t order_of(uint16_t bits) {
  return order_of_bf16(bits);
}

int32_t order_of(float value) {
  return order_of_bits<int32_t>(std::bit_cast<int32_t>(value), 0x7f800000);
}

void block_maxima(const float* values, size_t groups, int32_t* maxima) {
  std::fill_n(maxima, groups * kLanes, kNoNumber<int32_t>);
  for (size_t row = 0; row < groups * kRows; ++row) {
    int32_t* const most = maxima + row / kRows * kLanes;
    for (size_t lane = 0; lane < kLanes; ++lane)
      most[lane] = std::max(most[lane], order_of(values[row * kLanes + lane]));
  }
}

// 1 <= n <= orders.size().
template <class Orders>
auto nth_largest(Orders& orders, size_t n) {
  const auto nth = orders.begin() + static_cast<std::ptrdiff_t>(n - 1);
  std::ranges::nth_element(orders, nth, std::greater<>());
  return *nth;
}

// An order that at least `count` values of the row reach, if it has as many: each block whose
// maximum reaches it holds one. Few are wanted as a rule; then maxima of the maxima do as well, and
// are sooner ranked.
template <class Order>
Order lower_bound_of(std::span<const Order> maxima, size_t count) {
  if (count > maxima.size()) return kNoNumber<Order>;
  constexpr size_t kFolds = 256;
  if (count > kFolds / 2 || maxima.size() < 2 * kFolds) {
    static thread_local std::vector<Order> ranked;
    ranked.assign(maxima.begin(), maxima.end());
    return nth_largest(ranked, count);
  }
  std::array<Order, kFolds> folds;
  folds.fill(kNoNumber<Order>);
  for (size_t first = 0; first + kFolds <= maxima.size(); first += kFolds) {
    for (size_t i = 0; i < kFolds; ++i) folds[i] = std::max(folds[i], maxima[first + i]);
  }
  return nth_largest(folds, count);
}

// Calls take(place, order) for each value that is a number and reaches `bound`, in ascending order.
template <class Value, class Order, class Take>
void visit(std::span<const Value> values, std::span<const Order> maxima, Order bound,
           const Take& take) {
  const auto look = [&](size_t place) {
    const Order order = order_of(values[place]);
    if (order >= bound && order != kNoNumber<Order>) take(place, order);
  };
  for (size_t block = 0; block < maxima.size(); block += kLanes) {
    std::array<size_t, kLanes> lanes;
    size_t count = 0;
    for (size_t lane = 0; lane < kLanes; ++lane) {
      lanes[count] = lane;
      count += maxima[block + lane] >= bound;
    }
    if (count == 0) continue;
    for (size_t first = block * kRows; first < block * kRows + kGroup; first += kLanes) {
      for (size_t i = 0; i < count; ++i) look(first + lanes[i]);
    }
  }
  for (size_t place = maxima.size() * kRows; place < values.size(); ++place) look(place);
}

template <class Order, class Value, class Maxima>
void best_of(std::span<const Value> values, size_t count, std::vector<uint32_t>& places,
             const Maxima& block_maxima_of) {
  places.clear();
  if (count == 0) return;
  static thread_local std::vector<Order> maxima;
  static thread_local std::vector<Order> orders;
  static thread_local std::vector<Order> ranked;
  const size_t groups = values.size() / kGroup;
  maxima.resize(groups * kLanes);
  block_maxima_of(values.data(), groups, maxima.data());
  const std::span<const Order> of_blocks = maxima;
  orders.clear();
  visit(values, of_blocks, lower_bound_of(of_blocks, count), [&](size_t place, Order order) {
    places.push_back(static_cast<uint32_t>(place));
    orders.push_back(order);
  });
  if (places.size() <= count) return;
  ranked = orders;
  const Order last = nth_largest(ranked, count);
  size_t kept = 0;
  for (size_t i = 0; i < places.size(); ++i) {
    places[kept] = places[i];
    kept += orders[i] >= last;
  }
  places.resize(kept);
}

}  // namespace

void best_places(std::span<const uint16_t> bf16, size_t count, std::vector<uint32_t>& places,
                 const Bf16Scan& scan) {
  best_of<int16_t>(bf16, count, places, scan.block_maxima);
}

void best_places(std::span<const float> f32, size_t count, std::vector<uint32_t>& places) {
  best_of<int32_t>(f32, count, places, block_maxima);
}

}  // namespace axllama
