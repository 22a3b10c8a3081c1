// How much of the device's limit the NPU engine reaches, on the stand-in's virtual clock, with the
// true sizes of published models: the vendor's order of calls (our plain path), ours with blocking
// runs, and ours with queued ones. Nothing here passes or fails.
//
//   npu_speed        prints one table
#include <dlfcn.h>
#include <sys/resource.h>

#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include "axmodel/container.h"
#include "axmodel/folder.h"
#include "engine/axcl/standin_kit.h"

namespace axllama {
namespace {

using namespace npu_test;

constexpr double kBandwidth = 21.5e9;  // bytes/s, the stand-in's default
constexpr double kFixed = 457e-6;      // s of a blocking run
constexpr int kTokens = 20;

struct Standin {
  uint64_t (*now)();
  const char* (*counters)();
};

Standin standin() {
  void* const library = ::dlopen(STANDIN_LIBRARY, RTLD_NOW);
  return {reinterpret_cast<uint64_t (*)()>(::dlsym(library, "axclStandinNow")),
          reinterpret_cast<const char* (*)()>(::dlsym(library, "axclStandinCounters"))};
}

double seconds(const Standin& device) {
  return static_cast<double>(device.now()) / 1e9;
}

int64_t round_trips(const Standin& device) {
  const std::string all = device.counters();
  const std::string key = "\"round_trips\": ";
  return std::stoll(all.substr(all.find(key) + key.size()));
}

double cpu_seconds() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  const auto of = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return of(used.ru_utime) + of(used.ru_stime);
}

// Weights and inputs that one run of the first group reads, and what it writes.
double run_bytes(const std::string& path) {
  const axmodel::Container container = or_throw(axmodel::read_container(path));
  const axmodel::Initializer* weights = container.initializer("npu_params");
  double bytes = weights == nullptr ? 0 : static_cast<double>(weights->bytes);
  for (const axmodel::Tensor& tensor : container.groups[0].inputs) {
    bytes += static_cast<double>(tensor.bytes());
  }
  for (const axmodel::Tensor& tensor : container.groups[0].outputs) {
    bytes += static_cast<double>(tensor.bytes());
  }
  return bytes;
}

// Seconds that the NPU itself needs for a token.
double device_limit(const axmodel::ModelFolder& folder, bool queued) {
  double time = 0;
  std::vector<std::string> files = folder.layers;
  files.push_back(folder.head);
  for (const std::string& file : files) time += run_bytes(file) / kBandwidth;
  return time + (queued ? 0 : kFixed * static_cast<double>(files.size()));
}

struct Way {
  const char* name;
  npu::Shortcuts shortcuts;
};

void measure(const std::string& name, const std::string& path, const Way& way) {
  const Standin device = standin();
  AxclSpec how = spec(path);
  how.shortcuts = way.shortcuts;
  double before = seconds(device);
  const auto engine = load(how);
  const double loading = seconds(device) - before;

  before = seconds(device);
  evaluate(*engine, 0, std::vector<Token>(1000, 65), 128);
  const double prompt = seconds(device) - before;

  evaluate(*engine, 0, {66});
  before = seconds(device);
  const int64_t trips = round_trips(device);
  const double cpu = cpu_seconds();
  for (int i = 0; i < kTokens; ++i) evaluate(*engine, 0, {67});
  const double token = (seconds(device) - before) / kTokens;
  const double limit =
      device_limit(or_throw(axmodel::describe_folder(path)), way.shortcuts.async_chain);
  std::printf("| %s | %s | %.2f | %.0f %% | %.1f | %.2f ms | %.2f s | %.1f s |\n", name.c_str(),
              way.name, 1 / token, 100 * limit / token,
              static_cast<double>(round_trips(device) - trips) / kTokens,
              1e3 * (cpu_seconds() - cpu) / kTokens, prompt, loading);
}

std::string shape(const std::string& options) {
  const std::string folder =
      (scratch() / ("shape-" + std::to_string(std::hash<std::string>{}(options)))).string();
  const std::string command =
      std::string(PACK_PROGRAM) + " " + options + " " + folder + " >/dev/null";
  if (std::system(command.c_str()) != 0) throw std::runtime_error("failed: " + command);
  return folder;
}

int run() {
  const Control timing("timing = virtual\nlog = quiet\n");
  or_throw(runtime()->devices());  // settings hold from the next call on
  npu::Shortcuts blocking = npu::kFast;
  blocking.async_chain = false;
  std::printf(
      "| model | path | tokens/s | of the device's limit | round trips a token | host CPU a "
      "token | prompt of 1,000 | load |\n|---|---|---|---|---|---|---|---|\n");
  for (const auto& [name, options] :
       {std::pair{"Qwen3-0.6B w8, 2047", "--shape qwen3-0.6b --quant w8 --context 2047"},
        std::pair{"Qwen3-4B w8, 2559", "--shape qwen3-4b --quant w8 --context 2559"}}) {
    const std::string folder = shape(options);
    for (const Way& way : {Way{"vendor's order", npu::kPlain}, Way{"blocking", blocking},
                           Way{"queued", npu::kFast}}) {
      measure(name, folder, way);
    }
  }
  return 0;
}

}  // namespace
}  // namespace axllama

int main() {
  try {
    return axllama::run();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "npu_speed: %s\n", error.what());
    return 1;
  }
}
