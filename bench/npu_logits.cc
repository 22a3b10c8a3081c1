// The logits of the NPU engine, on the stand-in card, against those of the CPU engine, step by step
// on the same tokens: how far apart they are, whether rounding to bf16 explains it, and where the
// two would choose another token, with the margin.
//
// The weights are the same numbers on both sides (logits/float_gguf.h). What rounding explains is
// measured on a third engine: llama.cpp in floats, with everything rounded that is bf16 on the NPU
// (logits/rounded_model.h). That one and the stand-in differ only in the order of their sums, which
// near a boundary of bf16 makes a step of bf16, too: their logits are near each other, not equal.
// The NPU's difference is called explained when its root mean square is at most kMost times that of
// the rounded engine, and that between the two as well: roundings that have nothing to do with each
// other would be sqrt(2) times as far apart.
//
//   npu_logits MODEL.gguf [PROMPTS [TOKENS [WEIGHTS]]]     5 prompts, 16 tokens, bf16
//
// Exit codes: 0 explained, 1 not, 2 something failed.
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <string>
#include <thread>

#include "engine/axcl/standin_kit.h"
#include "engine/llama/llama_engine.h"
#include "logits/comparison.h"
#include "logits/float_gguf.h"
#include "logits/prompts.h"
#include "test_places.h"

namespace axllama {
namespace {

using namespace npu_test;
using logits::Comparison;
using logits::Divergence;
using logits::Spread;

constexpr int kContext = 255;
constexpr double kMost = 1.25;

struct Arguments {
  std::string model;
  size_t prompts = 5;
  int tokens = 16;
  std::string weights = "bf16";
};

// A token's text as one printable word.
std::string quoted(const std::string& text) {
  std::string word = "`";
  for (const char letter : text) {
    if (letter == '\n') {
      word += "\\n";
    } else if (letter == '|' || letter == '`') {
      word += '\\';
      word += letter;
    } else {
      word += letter;
    }
  }
  return word + "`";
}

std::string pack(const Arguments& arguments) {
  const std::string folder = (scratch() / "packed").string();
  const std::string command = pack_program() + " '" + arguments.model + "' " + folder +
                              " --chunk 64 --context " + std::to_string(kContext) + " --weights " +
                              arguments.weights + " >/dev/null";
  if (std::system(command.c_str()) != 0) throw std::runtime_error("failed: " + command);
  return folder;
}

void print_row(const char* name, const Spread& spread) {
  std::printf("| %s | %.5f | %.5f | %.4f |\n", name, spread.mean(), spread.rms(), spread.largest());
}

void print(const Comparison& all) {
  const double steps = all.steps;
  const auto different = static_cast<double>(all.divergences.size());
  std::printf("%d steps; the same best token in %.2f %%, rounded on the CPU in %.2f %%\n\n",
              all.steps, 100 * (1 - different / steps),
              100 * (1 - all.rounded_divergences / steps));
  std::printf("| difference of logits | mean | RMS | largest |\n|---|---|---|---|\n");
  print_row("NPU and CPU", all.npu_cpu);
  print_row("rounded on the CPU and CPU", all.rounded_cpu);
  print_row("NPU and rounded on the CPU", all.npu_rounded);
  if (all.divergences.empty()) return;
  std::printf(
      "\n| prompt | token | CPU | NPU | the CPU's margin | the NPU's | rounded, too |\n"
      "|---|---|---|---|---|---|---|\n");
  for (const Divergence& one : all.divergences) {
    std::printf("| %zu | %d | %s | %s | %.4f | %.4f | %s |\n", one.prompt, one.step,
                quoted(one.cpu_token).c_str(), quoted(one.npu_token).c_str(), one.cpu_margin,
                one.npu_margin, one.rounded_too ? "yes" : "no");
  }
}

int run(const Arguments& arguments) {
  control("log = quiet\n");
  const std::string floats = (scratch() / "floats.gguf").string();
  or_throw(logits::write_float_gguf(arguments.model, floats));
  const auto npu = load(spec(pack(arguments)));
  const int threads = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  LoadSpec cpu_spec;
  cpu_spec.model = floats;
  cpu_spec.context = kContext;
  cpu_spec.threads = threads;
  const auto cpu = or_throw(load_llama_engine(cpu_spec));
  const auto rounded = or_throw(logits::RoundedModel::load(floats, kContext, threads));
  Comparison all;
  const size_t prompts = std::min(arguments.prompts, std::size(logits::kPrompts));
  for (size_t i = 0; i < prompts; ++i) {
    or_throw(logits::compare(*npu, *cpu, *rounded, logits::kPrompts[i], i, arguments.tokens, all));
  }
  if (rounded->rounded() == 0) throw std::runtime_error("nothing was rounded");
  print(all);
  const double ratio = all.npu_cpu.rms() / all.rounded_cpu.rms();
  const bool explained = ratio <= kMost && all.npu_rounded.rms() <= kMost * all.rounded_cpu.rms();
  std::printf("\nThe NPU's difference is %.3f times what rounding makes: %s.\n", ratio,
              explained ? "explained" : "not explained");
  return explained ? 0 : 1;
}

}  // namespace
}  // namespace axllama

int main(int argc, char** argv) {
  if (argc < 2 || argc > 5) {
    std::fprintf(stderr, "npu_logits MODEL.gguf [PROMPTS [TOKENS [WEIGHTS]]]\n");
    return 2;
  }
  try {
    axllama::Arguments arguments{.model = argv[1]};
    if (argc > 2) arguments.prompts = std::stoul(argv[2]);
    if (argc > 3) arguments.tokens = std::stoi(argv[3]);
    if (argc > 4) arguments.weights = argv[4];
    return axllama::run(arguments);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "npu_logits: %s\n", error.what());
    return 2;
  }
}
