// What a draw costs the host: from a row of logits of a large vocabulary to the next token, on one
// core. Rows are made up, as spread out as a model's; each draw has another one.
//
//   sampling [--benchmark_filter=...]
#include <benchmark/benchmark.h>

#include <bit>
#include <random>
#include <stdexcept>
#include <vector>

#include "bench/big_vocabulary.h"
#include "generate/best_places.h"
#include "generate/sampler.h"

namespace axllama {
namespace {

constexpr size_t kSize = kBigVocabulary;
constexpr size_t kRowsKept = 16;

const Vocabulary& vocabulary() {
  static const std::unique_ptr<Vocabulary> one = big_vocabulary();
  return *one;
}

struct Row {
  std::vector<uint16_t> bf16;
  std::vector<float> f32;  // the same numbers
};

const std::vector<Row>& rows() {
  static const std::vector<Row> all = [] {
    std::mt19937 random(1);
    std::normal_distribution<float> normal(0, 3);
    std::vector<Row> made(kRowsKept);
    for (Row& row : made) {
      for (size_t i = 0; i < kSize; ++i) {
        const uint32_t bits = std::bit_cast<uint32_t>(normal(random)) & 0xffff0000U;
        row.bf16.push_back(static_cast<uint16_t>(bits >> 16));
        row.f32.push_back(std::bit_cast<float>(bits));
      }
    }
    return made;
  }();
  return all;
}

Sampler make(const Options& options, const Grammar& grammar) {
  auto made = Sampler::create(vocabulary(), options, grammar);
  if (!made) throw std::runtime_error(made.error().text());
  return *std::move(made);
}

// The cost of making rows one after another fall out of the cache, as they do between two tokens of
// a model, is part of a draw.
void draw(benchmark::State& state, const Options& options, const Grammar& grammar = {},
          int top = -1) {
  Sampler sampler = make(options, grammar);
  size_t i = 0;
  for (auto _ : state)
    benchmark::DoNotOptimize(sampler.draw({.bf16 = rows()[i++ % kRowsKept].bf16}, top));
}

void draw_floats(benchmark::State& state, const Options& options) {
  Sampler sampler = make(options, {});
  size_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(sampler.draw({.f32 = rows()[i++ % kRowsKept].f32}));
}

void find_best(benchmark::State& state, const Bf16Scan& scan) {
  std::vector<uint32_t> places;
  size_t i = 0;
  for (auto _ : state) {
    best_places(std::span(rows()[i++ % kRowsKept].bf16), 40, places, scan);
    benchmark::DoNotOptimize(places.data());
  }
}

void add_all() {
  const auto add = [](const char* name, auto... arguments) {
    benchmark::RegisterBenchmark(name, draw, arguments...)->Unit(benchmark::kMillisecond);
  };
  const Options penalty{.repeat_penalty = 1.1, .seed = 1};
  add("draw/default options", Options{.seed = 1}, Grammar{}, -1);
  add("draw/greedy", Options{.temperature = 0}, Grammar{}, -1);
  add("draw/repeat penalty", penalty, Grammar{}, -1);
  add("draw/grammar that allows most", Options{.seed = 1}, Grammar{.gbnf = "root ::= [a-z ]+"}, -1);
  add("draw/grammar that allows a sixteenth", Options{.seed = 1},
      Grammar{.gbnf = "root ::= [0-9]+"}, -1);
  add("draw/grammar that allows hardly any", Options{.seed = 1}, Grammar{.gbnf = "root ::= [!?]+"},
      -1);
  add("draw/five logprobs", Options{.seed = 1}, Grammar{}, 5);
  add("draw/top_k 0", Options{.top_k = 0, .seed = 1}, Grammar{}, -1);
  benchmark::RegisterBenchmark("draw/default options, floats", draw_floats, Options{.seed = 1})
      ->Unit(benchmark::kMillisecond);
  for (const Bf16Scan& scan : bf16_scans()) {
    benchmark::RegisterBenchmark((std::string("best 40/") + scan.name).c_str(), find_best, scan)
        ->Unit(benchmark::kMillisecond);
  }
}

}  // namespace
}  // namespace axllama

int main(int argc, char** argv) {
  axllama::add_all();
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
