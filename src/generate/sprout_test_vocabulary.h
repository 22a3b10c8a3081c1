// For tests: the vocabulary of the bundled demo model, and logits that look like a model's.
#pragma once

#include <bit>
#include <cstdint>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "engine/engine.h"
#include "test_places.h"
#include "token/vocabulary.h"

namespace axllama {

inline const Vocabulary& sprout() {
  static const std::unique_ptr<Vocabulary> vocabulary = [] {
    auto loaded = Vocabulary::load(source_path("/models/sprout/sprout-q8_0.gguf"));
    if (!loaded) throw std::runtime_error(loaded.error().text());
    return *std::move(loaded);
  }();
  return *vocabulary;
}

inline std::vector<float> random_logits(std::mt19937& random, size_t count, float spread = 3) {
  std::normal_distribution<float> normal(0, spread);
  std::vector<float> logits(count);
  for (float& logit : logits) logit = normal(random);
  return logits;
}

// The bf16 numbers below or equal to these, which is how their upper halves read.
inline std::vector<uint16_t> to_bf16(const std::vector<float>& values) {
  std::vector<uint16_t> halves;
  for (const float value : values)
    halves.push_back(static_cast<uint16_t>(std::bit_cast<uint32_t>(value) >> 16));
  return halves;
}

}  // namespace axllama
