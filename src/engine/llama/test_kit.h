// What the tests of this room share.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "engine/llama/llama_engine.h"
#include "test_places.h"

namespace axllama::test_kit {

inline const std::string kSprout = source_path("/models/sprout/sprout-q8_0.gguf");

inline LoadSpec sprout(int context = 256, int slots = 2) {
  LoadSpec spec;
  spec.model = kSprout;
  spec.context = context;
  spec.slots = slots;
  spec.batch = 64;
  spec.threads = 1;
  return spec;
}

// The value, or an exception with the error's text, which GoogleTest shows.
template <class T>
T or_throw(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().text());
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

inline std::unique_ptr<Engine> load(const LoadSpec& spec) {
  return or_throw(load_llama_engine(spec));
}

inline std::vector<Token> tokens_of(const Engine& engine, const std::string& text) {
  return engine.vocabulary().encode(text, true, true);
}

using Values = std::vector<float>;

// Evaluates tokens at the end of a slot, a chunk a step, and gives the logits of the last.
inline Values evaluate(Engine& engine, int slot, const std::vector<Token>& tokens,
                       size_t chunk = 64) {
  Values last;
  for (size_t first = 0; first < tokens.size(); first += chunk) {
    std::vector<Row> rows;
    for (size_t i = first; i < std::min(first + chunk, tokens.size()); ++i) {
      rows.push_back({slot, tokens[i], i + 1 == tokens.size()});
    }
    or_throw(engine.step(
        rows, [&](size_t, const Logits& row) { last.assign(row.f32.begin(), row.f32.end()); }, {}));
  }
  return last;
}

inline Token hottest(const Values& logits) {
  return static_cast<Token>(std::ranges::max_element(logits) - logits.begin());
}

// The greedy continuation of a slot whose last logits are `logits`, up to `n` tokens or an end.
inline std::vector<Token> continue_greedily(Engine& engine, int slot, Values logits, int n) {
  std::vector<Token> tokens;
  while (n-- > 0) {
    const Token next = hottest(logits);
    if (engine.vocabulary().is_end(next)) break;
    tokens.push_back(next);
    logits = evaluate(engine, slot, {next});
  }
  return tokens;
}

inline float greatest_difference(const Values& a, const Values& b) {
  if (a.size() != b.size()) return std::numeric_limits<float>::infinity();
  float greatest = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    greatest = std::max(greatest, std::abs(a[i] - b[i]));
  }
  return greatest;
}

}  // namespace axllama::test_kit
