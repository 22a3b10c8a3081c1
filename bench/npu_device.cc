#include "bench/npu_device.h"

#include <dlfcn.h>
#include <sys/resource.h>

#include <filesystem>
#include <vector>

#include "axmodel/container.h"
#include "axmodel/folder.h"
#include "engine/axcl/standin_kit.h"
#include "test_places.h"

namespace axllama {
namespace {

using npu_test::or_throw;

template <class Function>
Function standin_function(const char* name) {
  static void* const library = ::dlopen(standin_library().c_str(), RTLD_NOW);
  void* const found = library == nullptr ? nullptr : ::dlsym(library, name);
  if (found == nullptr) throw std::runtime_error(std::string("the stand-in lacks ") + name);
  return reinterpret_cast<Function>(found);
}

double run_bytes(const std::string& path) {
  const axmodel::Container container = or_throw(axmodel::read_container(path));
  const axmodel::Initializer* weights = container.initializer("npu_params");
  double bytes = weights == nullptr ? 0 : static_cast<double>(weights->bytes);
  for (const axmodel::Tensor& tensor : container.groups[0].inputs)
    bytes += static_cast<double>(tensor.bytes());
  for (const axmodel::Tensor& tensor : container.groups[0].outputs)
    bytes += static_cast<double>(tensor.bytes());
  return bytes;
}

std::vector<std::string> paths_of(const std::string& folder) {
  const axmodel::ModelFolder model = or_throw(axmodel::describe_folder(folder));
  std::vector<std::string> paths = model.layers;
  paths.push_back(model.head);
  return paths;
}

}  // namespace

double device_seconds() {
  static const auto now = standin_function<uint64_t (*)()>("axclStandinNow");
  return static_cast<double>(now()) / 1e9;
}

int64_t round_trips() {
  static const auto counters = standin_function<const char* (*)()>("axclStandinCounters");
  const std::string all = counters();
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

double token_limit(const std::string& folder, bool blocking) {
  double seconds = 0;
  for (const std::string& path : paths_of(folder))
    seconds += run_bytes(path) / kBandwidth + (blocking ? kBlockingRun : 0);
  return seconds;
}

Files files_of(const std::string& folder) {
  Files files;
  for (const std::string& path : paths_of(folder)) {
    files.bytes += static_cast<double>(std::filesystem::file_size(path));
    files.count += 1;
  }
  return files;
}

}  // namespace axllama
