#include "generate/best_places.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <functional>
#include <random>
#include <string>

namespace axllama {
namespace {

using Bits = std::vector<uint16_t>;

constexpr uint16_t kInfinity = 0x7f80;
constexpr uint16_t kMinusInfinity = 0xff80;
constexpr uint16_t kNan = 0x7fc0;
constexpr uint16_t kMinusZero = 0x8000;

std::vector<float> floats_of(const Bits& bits) {
  std::vector<float> floats;
  for (const uint16_t each : bits)
    floats.push_back(std::bit_cast<float>(static_cast<uint32_t>(each) << 16));
  return floats;
}

// The numbers, largest first, by a full sort: the plainest way there is.
std::vector<float> ranked_of(const std::vector<float>& floats) {
  std::vector<float> ranked;
  std::ranges::copy_if(floats, std::back_inserter(ranked), [](float x) { return !std::isnan(x); });
  std::ranges::sort(ranked, std::greater<>());
  return ranked;
}

std::vector<uint32_t> reference(const std::vector<float>& floats, const std::vector<float>& ranked,
                                size_t count) {
  std::vector<uint32_t> places;
  if (ranked.empty() || count == 0) return places;
  const float last = ranked[std::min(count, ranked.size()) - 1];
  for (size_t i = 0; i < floats.size(); ++i) {
    if (floats[i] >= last) places.push_back(static_cast<uint32_t>(i));
  }
  return places;
}

void expect_exact(const Bits& bits, const std::string& what) {
  const std::vector<float> floats = floats_of(bits);
  const std::vector<float> ranked = ranked_of(floats);
  for (const size_t count : {0U, 1U, 2U, 40U, 104U, 129U, 400U, 6000U}) {
    const std::vector<uint32_t> expected = reference(floats, ranked, count);
    std::vector<uint32_t> found;
    for (const Bf16Scan& scan : bf16_scans()) {
      best_places(std::span(bits), count, found, scan);
      ASSERT_EQ(found, expected) << scan.name << ", " << what << ", " << bits.size() << " values, "
                                 << count << " wanted";
    }
    best_places(std::span<const float>(floats), count, found);
    ASSERT_EQ(found, expected) << "f32, " << what;
  }
}

// A named way to make rows of a length.
struct Kind {
  const char* name;
  std::function<uint16_t(std::mt19937&)> value;
};

uint16_t normal(std::mt19937& random) {
  std::normal_distribution<float> spread(0, 3);
  return static_cast<uint16_t>(std::bit_cast<uint32_t>(spread(random)) >> 16);
}

const std::vector<Kind> kKinds = {
    {"any bits", [](std::mt19937& random) { return static_cast<uint16_t>(random()); }},
    {"like a model's", normal},
    {"all equal", [](std::mt19937&) { return uint16_t{0xc0a0}; }},
    {"few values",
     [](std::mt19937& random) { return static_cast<uint16_t>(0x3f80 + random() % 3); }},
    {"zeros of both signs",
     [](std::mt19937& random) { return random() % 2 == 0 ? kMinusZero : uint16_t{0}; }},
    {"no number", [](std::mt19937& random) { return random() % 2 == 0 ? kNan : uint16_t{0xffff}; }},
    {"numbers among none",
     [](std::mt19937& random) { return random() % 3 == 0 ? normal(random) : kNan; }},
    {"infinities",
     [](std::mt19937& random) {
       const auto die = random() % 50;
       return die == 0 ? kInfinity : die == 1 ? normal(random) : kMinusInfinity;
     }},
    {"masked", [](std::mt19937&) { return kMinusInfinity; }},
};

TEST(BestPlaces, are_those_of_a_full_sort_of_floats) {
  std::mt19937 random(2);
  for (const Kind& kind : kKinds) {
    Bits longest(1000);
    std::ranges::generate(longest, [&] { return kind.value(random); });
    for (size_t size = 0; size <= longest.size(); size += size < 70 ? 1 : 31)
      expect_exact({longest.begin(), longest.begin() + static_cast<std::ptrdiff_t>(size)},
                   kind.name);
  }
}

TEST(BestPlaces, are_those_of_a_full_sort_of_whole_vocabularies) {
  std::mt19937 random(3);
  for (const Kind& kind : kKinds) {
    for (const size_t size : {1024U, 1025U, 2048U, 16'384U, 49'152U, 151'936U}) {
      Bits bits(size);
      std::ranges::generate(bits, [&] { return kind.value(random); });
      expect_exact(bits, kind.name);
    }
  }
}

TEST(BestPlaces, are_found_wherever_they_are) {
  for (const Bf16Scan& scan : bf16_scans()) {
    for (size_t place = 0; place < 3 * kGroup + 17; ++place) {
      Bits bits(3 * kGroup + 17, kMinusZero);
      bits[place] = 1;  // the smallest there is above 0
      std::vector<uint32_t> found;
      best_places(std::span(std::as_const(bits)), 1, found, scan);
      ASSERT_EQ(found, std::vector{static_cast<uint32_t>(place)}) << scan.name;
    }
  }
}

}  // namespace
}  // namespace axllama
