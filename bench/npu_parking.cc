// What it costs to bring a parked conversation of 1,000 tokens back to the card, against evaluating
// it again, on the stand-in's virtual clock with the true sizes of published models. Nothing here
// passes or fails.
//
//   npu_parking        prints one table
#include <dlfcn.h>

#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "engine/axcl/standin_kit.h"
#include "test_places.h"

namespace axllama {
namespace {

using namespace npu_test;

constexpr int kTokens = 1000;

// Seconds on the stand-in's clock.
double now() {
  static const auto clock = reinterpret_cast<uint64_t (*)()>(
      ::dlsym(::dlopen(standin_library().c_str(), RTLD_NOW), "axclStandinNow"));
  return static_cast<double>(clock()) / 1e9;
}

template <class F>
double timed(F&& body) {
  const double before = now();
  body();
  return now() - before;
}

std::string shape(const std::string& options) {
  const std::string folder =
      (scratch() / ("shape-" + std::to_string(std::hash<std::string>{}(options)))).string();
  const std::string command = pack_program() + " " + options + " " + folder + " >/dev/null";
  if (std::system(command.c_str()) != 0) throw std::runtime_error("failed: " + command);
  return folder;
}

void measure(const std::string& name, const std::string& folder) {
  const auto engine = load(spec(folder));
  const double prefill = timed([&] { evaluate(*engine, 0, std::vector<Token>(kTokens, 65), 128); });
  SlotState state;
  const double save = timed([&] { state = or_throw(engine->save(0, kTokens)); });
  const double restore = timed([&] { or_throw(engine->restore(0, state, kTokens)); });
  std::printf("| %s | %.0f MB | %.2f s | %.2f s | %.2f s | %.1f |\n", name.c_str(),
              static_cast<double>(state.bytes.size()) / 1e6, prefill, save, restore,
              prefill / restore);
}

int run() {
  const Control timing("timing = virtual\nlog = quiet\n");
  or_throw(runtime()->devices());  // settings hold from the next call on
  std::printf(
      "| model | state of %d tokens | prefill | park | restore | prefill / restore |\n"
      "|---|---|---|---|---|---|\n",
      kTokens);
  for (const auto& [name, options] :
       {std::pair{"Qwen3-0.6B w8, 2047", "--shape qwen3-0.6b --quant w8 --context 2047"},
        std::pair{"Qwen3-4B w8, 2559", "--shape qwen3-4b --quant w8 --context 2559"}}) {
    measure(name, shape(options));
  }
  return 0;
}

}  // namespace
}  // namespace axllama

int main() {
  try {
    return axllama::run();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "npu_parking: %s\n", error.what());
    return 1;
  }
}
