// What the CPU engine says to the prompts of these tests.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/engine.h"

namespace axllama::standin {

// Fifty texts that Sprout has an answer to.
const std::vector<std::string>& prompts();
// Sprout in f16 on the CPU; once for the program.
Engine& cpu_engine();
std::vector<int32_t> encoded(const std::string& prompt);

struct CpuAnswer {
  std::vector<int32_t> tokens;             // an end token with them
  std::vector<std::vector<float>> logits;  // [tokens, vocabulary]: what each was chosen from
};
// At most `count` tokens after a prompt.
CpuAnswer cpu_greedy(const std::string& prompt, int count);
// The same for all prompts(), 20 tokens each; once for the program.
constexpr int kAnswerTokens = 20;
const std::vector<CpuAnswer>& cpu_answers();

}  // namespace axllama::standin
