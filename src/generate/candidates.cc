#include "generate/candidates.h"

#include <llama.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <functional>
#include <limits>

namespace axllama {
namespace {

// Values are looked at in blocks: the largest of each block tells which blocks are worth a second
// look, and how large a value must be.
constexpr size_t kBlock = 32;

template <class Integer>
struct Lanes {
  typedef Integer type __attribute__((vector_size(16)));
};

// Integers in the order of the numbers whose bits they are, NaN below all. `Bits` is one integer or
// a vector of them; `Integer` its width, `infinity` the bits of that number.
template <class Integer, class Bits>
Bits order_of(Bits bits, Integer infinity) {
  constexpr Integer kMagnitude = std::numeric_limits<Integer>::max();
  constexpr Integer kLeast = std::numeric_limits<Integer>::min();
  const Bits order = bits ^ ((bits >> (8 * sizeof(Integer) - 1)) & kMagnitude);
  return (bits & kMagnitude) > infinity ? Bits{} + kLeast : order;
}

struct F32 {
  using Value = float;
  using Order = int32_t;
  static constexpr Order kInfinity = 0x7f800000;
};

struct Bf16 {
  using Value = uint16_t;
  using Order = int16_t;
  static constexpr Order kInfinity = 0x7f80;
};

template <class Format>
typename Format::Order order_of_one(typename Format::Value value) {
  using Order = typename Format::Order;
  return static_cast<Order>(
      order_of<Order, int32_t>(std::bit_cast<Order>(value), Format::kInfinity));
}

template <class Format>
typename Format::Order largest_of_block(const typename Format::Value* values) {
  using Order = typename Format::Order;
  using Vector = typename Lanes<Order>::type;
  constexpr size_t kWidth = sizeof(Vector) / sizeof(Order);
  Vector largest = Vector{} + std::numeric_limits<Order>::min();
  for (size_t i = 0; i < kBlock; i += kWidth) {
    Vector bits;
    std::memcpy(&bits, values + i, sizeof bits);
    const Vector order = order_of<Order>(bits, Format::kInfinity);
    largest = order > largest ? order : largest;
  }
  Order most = largest[0];
  for (size_t lane = 1; lane < kWidth; ++lane) most = std::max<Order>(most, largest[lane]);
  return most;
}

// Calls take(place) for each value that may be among the `count` largest. Each block whose maximum
// is at least the count-th largest maximum holds one value at least as large, so `count` values
// reach that threshold.
template <class Format, class Take>
void visit_best(std::span<const typename Format::Value> values, size_t count, const Take& take) {
  using Order = typename Format::Order;
  const size_t blocks = values.size() / kBlock;
  Order threshold = std::numeric_limits<Order>::min();
  static thread_local std::vector<Order> maxima;
  static thread_local std::vector<Order> ranked;
  maxima.resize(blocks);
  for (size_t b = 0; b < blocks; ++b) maxima[b] = largest_of_block<Format>(&values[b * kBlock]);
  if (count > 0 && count <= blocks) {
    ranked = maxima;
    const auto nth = ranked.begin() + static_cast<std::ptrdiff_t>(count - 1);
    std::ranges::nth_element(ranked, nth, std::greater<>());
    threshold = *nth;
  }
  const auto visit = [&](size_t from, size_t to) {
    for (size_t i = from; i < to; ++i) {
      if (order_of_one<Format>(values[i]) >= threshold) take(i);
    }
  };
  for (size_t b = 0; b < blocks; ++b) {
    if (maxima[b] >= threshold) visit(b * kBlock, (b + 1) * kBlock);
  }
  visit(blocks * kBlock, values.size());
}

void add(const Logits& logits, int vocabulary_size, size_t place, std::vector<Candidate>& out) {
  const auto token = static_cast<Token>(logits.ids.empty() ? place : logits.ids[place]);
  const float logit = logit_at(logits, place);
  if (token < 0 || token >= vocabulary_size || std::isnan(logit)) return;
  out.push_back({token, logit, 0.0F});
}

void add_missing(const Logits& logits, int vocabulary_size, size_t count,
                 std::span<const Token> also, std::vector<Candidate>& out) {
  const size_t found = out.size();
  const auto missing = [&](Token token) {
    return find_candidate(std::span(out).first(found), token) == nullptr;
  };
  if (logits.ids.empty()) {
    for (const Token token : also) {
      const auto place = static_cast<size_t>(token);
      if (place < count && missing(token)) add(logits, vocabulary_size, place, out);
    }
    return;
  }
  for (size_t i = 0; i < count; ++i) {
    const auto token = static_cast<Token>(logits.ids[i]);
    if (std::ranges::binary_search(also, token) && missing(token))
      add(logits, vocabulary_size, i, out);
  }
}

}  // namespace

size_t logit_count(const Logits& logits, int vocabulary_size) {
  const auto most = static_cast<size_t>(vocabulary_size);
  if (!logits.ids.empty()) return std::min(logits.ids.size(), logits.bf16.size());
  return std::min(most, logits.f32.empty() ? logits.bf16.size() : logits.f32.size());
}

void take_all(const Logits& logits, int vocabulary_size, std::vector<Candidate>& out) {
  const size_t count = logit_count(logits, vocabulary_size);
  out.clear();
  out.reserve(count);
  for (size_t i = 0; i < count; ++i) add(logits, vocabulary_size, i, out);
  if (!logits.ids.empty()) std::ranges::sort(out, {}, &Candidate::id);
}

void take_best(const Logits& logits, int vocabulary_size, size_t count, std::span<const Token> also,
               std::vector<Candidate>& out) {
  const size_t all = logit_count(logits, vocabulary_size);
  out.clear();
  const auto take = [&](size_t i) { add(logits, vocabulary_size, i, out); };
  logits.f32.empty() ? visit_best<Bf16>(logits.bf16.first(all), count, take)
                     : visit_best<F32>(logits.f32.first(all), count, take);
  if (!logits.ids.empty()) std::ranges::sort(out, {}, &Candidate::id);
  if (also.empty()) return;
  const size_t found = out.size();
  add_missing(logits, vocabulary_size, all, also, out);
  if (out.size() > found) std::ranges::sort(out, {}, &Candidate::id);
}

Candidate* find_candidate(std::span<Candidate> candidates, Token token) {
  const auto place = std::ranges::lower_bound(candidates, token, {}, &Candidate::id);
  return place == candidates.end() || place->id != token ? nullptr : &*place;
}

}  // namespace axllama
