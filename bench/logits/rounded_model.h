// A model on the CPU, in floats, with every number rounded to bf16 that is bf16 on the NPU: what
// rounding alone does to the logits. llama.cpp's own graph, so that it shares with the NPU engine
// and its stand-in nothing but the places of the rounding.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "token/vocabulary.h"

namespace axllama::logits {

class RoundedModel {
 public:
  // `gguf` is one of write_float_gguf. `context`: most tokens.
  static Result<std::unique_ptr<RoundedModel>> load(const std::string& gguf, int context,
                                                    int threads);
  virtual ~RoundedModel() = default;
  // Forgets all tokens.
  virtual void clear() = 0;
  // Evaluates tokens behind those that are there. Logits of the last: [vocabulary].
  virtual Result<std::vector<float>> evaluate(std::span<const Token> tokens) = 0;
  // Numbers rounded so far: none means that the graph has none of the places.
  virtual size_t rounded() const = 0;
};

}  // namespace axllama::logits
