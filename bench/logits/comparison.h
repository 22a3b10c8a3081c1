// The NPU engine's logits against the CPU engine's, and against what rounding to bf16 explains.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "engine/engine.h"
#include "logits/rounded_model.h"
#include "logits/spread.h"

namespace axllama::logits {

// Where the NPU's best token is not the CPU's.
struct Divergence {
  size_t prompt = 0;
  int step = 0;  // tokens of the answer before it
  std::string cpu_token;
  std::string npu_token;
  double cpu_margin = 0;     // the CPU's logit of its own best token above that of the NPU's best
  double npu_margin = 0;     // and the NPU's of its own above that of the CPU's; 0: equal in bf16
  bool rounded_too = false;  // the rounded model, too, leaves the CPU's token
};

struct Comparison {
  int steps = 0;
  Spread npu_cpu;
  Spread rounded_cpu;
  Spread npu_rounded;
  std::vector<Divergence> divergences;
  int rounded_divergences = 0;
};

// All three see the same tokens: the prompt, then the CPU engine's own greedy answer of at most
// `tokens`. The engines' slot 0 is used. Adds to `sum`. kCorrupt: the vocabularies differ.
Result<void> compare(Engine& npu, Engine& cpu, RoundedModel& rounded, const std::string& prompt,
                     size_t number, int tokens, Comparison& sum);

}  // namespace axllama::logits
