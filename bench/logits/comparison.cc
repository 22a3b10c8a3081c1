#include "logits/comparison.h"

#include <algorithm>
#include <bit>

namespace axllama::logits {
namespace {

using Values = std::vector<float>;

Values floats_of(const Logits& logits) {
  if (!logits.f32.empty()) return {logits.f32.begin(), logits.f32.end()};
  Values values;
  for (const uint16_t bits : logits.bf16) {
    values.push_back(std::bit_cast<float>(static_cast<uint32_t>(bits) << 16));
  }
  return values;
}

// Evaluates tokens at the end of slot 0, in steps as large as the engine takes. Logits of the last.
Result<Values> evaluate(Engine& engine, std::span<const Token> tokens) {
  Values last;
  const auto chunk = static_cast<size_t>(engine.info().chunk);
  for (size_t first = 0; first < tokens.size(); first += chunk) {
    std::vector<Row> rows;
    for (size_t i = first; i < std::min(first + chunk, tokens.size()); ++i) {
      rows.push_back({0, tokens[i], i + 1 == tokens.size()});
    }
    AX_CHECK(engine.step(rows, [&](size_t, const Logits& row) { last = floats_of(row); }, {}));
  }
  return last;
}

size_t best(const Values& logits) {
  return static_cast<size_t>(std::ranges::max_element(logits) - logits.begin());
}

}  // namespace

Result<void> compare(Engine& npu, Engine& cpu, RoundedModel& rounded, const std::string& prompt,
                     size_t number, int tokens, Comparison& sum) {
  std::vector<Token> next = cpu.vocabulary().encode(prompt, true, true);
  if (npu.vocabulary().encode(prompt, true, true) != next) {
    return fail(ErrorCode::kCorrupt, "the two vocabularies differ on: " + prompt);
  }
  npu.truncate(0, 0);
  cpu.truncate(0, 0);
  rounded.clear();
  for (int step = 0; step < tokens; ++step) {
    AX_TRY(const Values on_npu, evaluate(npu, next));
    AX_TRY(const Values on_cpu, evaluate(cpu, next));
    AX_TRY(const Values when_rounded, rounded.evaluate(next));
    ++sum.steps;
    sum.npu_cpu.add(on_npu, on_cpu);
    sum.rounded_cpu.add(when_rounded, on_cpu);
    sum.npu_rounded.add(on_npu, when_rounded);
    const size_t a = best(on_npu);
    const size_t b = best(on_cpu);
    const bool rounded_too = best(when_rounded) != b;
    sum.rounded_divergences += rounded_too ? 1 : 0;
    const auto token = static_cast<Token>(b);
    if (a != b) {
      sum.divergences.push_back({number, step, cpu.vocabulary().piece(token, true),
                                 cpu.vocabulary().piece(static_cast<Token>(a), true),
                                 double{on_cpu[b]} - double{on_cpu[a]},
                                 double{on_npu[a]} - double{on_npu[b]}, rounded_too});
    }
    if (cpu.vocabulary().is_end(token)) return {};
    next = {token};
  }
  return {};
}

}  // namespace axllama::logits
