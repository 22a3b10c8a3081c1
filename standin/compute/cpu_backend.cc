#include "standin/compute/cpu_backend.h"

#include <dlfcn.h>
#include <sched.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>

namespace axllama::standin {
namespace {

namespace fs = std::filesystem;

constexpr int kMostThreads = 64;
// Of 100: a worker spins for about two milliseconds after a graph, then sleeps. A layer's Execute
// follows the last one within that time; a program that idles must not find its cores busy.
constexpr uint32_t kPolling = 1;

int physical_cores() {
  cpu_set_t usable;
  if (sched_getaffinity(0, sizeof usable, &usable) != 0) return 1;
  std::set<std::string> cores;  // by the list of their hardware threads
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (!CPU_ISSET(cpu, &usable)) continue;
    std::ifstream file("/sys/devices/system/cpu/cpu" + std::to_string(cpu) +
                       "/topology/thread_siblings_list");
    std::string siblings = "cpu " + std::to_string(cpu);
    std::getline(file, siblings);
    cores.insert(siblings.empty() ? "cpu " + std::to_string(cpu) : siblings);
  }
  return std::max<int>(1, static_cast<int>(cores.size()));
}

fs::path folder_of_libggml() {
  Dl_info info{};
  if (dladdr(reinterpret_cast<const void*>(&ggml_backend_load_all_from_path), &info) == 0) {
    return {};
  }
  std::error_code ignored;
  return fs::weakly_canonical(info.dli_fname, ignored).parent_path();
}

// ggml tells of each library it tries; the host program's output is not ours to write to.
void silence(ggml_log_level, const char*, void*) {}

void load_cpu_backend(const fs::path& folder) {
  ggml_log_callback callback = nullptr;
  void* data = nullptr;
  ggml_log_get(&callback, &data);
  ggml_log_set(silence, nullptr);
  ggml_backend_load_all_from_path(folder.c_str());
  ggml_log_set(callback, data);
}

ggml_backend_dev_t cpu_device() {
  return ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU);
}

template <class Function>
void look_up(ggml_backend_reg_t registry, const char* name, Function& function) {
  function = reinterpret_cast<Function>(ggml_backend_reg_get_proc_address(registry, name));
}

}  // namespace

int default_threads() {
#ifdef __SANITIZE_THREAD__
  return 1;  // TSan can't see the barriers inside libggml, which is built without it
#endif
  const char* named = std::getenv("AXCL_STANDIN_THREADS");
  const int threads = named == nullptr ? 0 : std::atoi(named);
  return std::clamp(threads > 0 ? threads : physical_cores(), 1, kMostThreads);
}

Result<CpuBackend*> CpuBackend::get() {
  static const Result<CpuBackend*> made = [] -> Result<CpuBackend*> {
    const fs::path folder = folder_of_libggml();
    if (cpu_device() == nullptr) load_cpu_backend(folder);
    ggml_backend_dev_t device = cpu_device();
    ggml_backend_t backend = device == nullptr ? nullptr : ggml_backend_dev_init(device, nullptr);
    if (backend == nullptr) {
      return fail(ErrorCode::kUnavailable,
                  "no CPU backend of ggml (libggml-cpu-*.so) that runs here in " + folder.string());
    }
    return new CpuBackend(ggml_backend_dev_backend_reg(device), backend);
  }();
  return made;
}

CpuBackend::CpuBackend(ggml_backend_reg_t registry, ggml_backend_t backend) : backend_(backend) {
  look_up(registry, "ggml_threadpool_new", new_pool_);
  look_up(registry, "ggml_threadpool_free", free_pool_);
  look_up(registry, "ggml_backend_cpu_set_threadpool", set_pool_);
  look_up(registry, "ggml_backend_set_n_threads", set_threads_);
}

void CpuBackend::use_threads(int threads) {
  if (threads > pool_threads_) {
    set_pool_(backend_, nullptr);
    if (pool_ != nullptr) free_pool_(pool_);
    ggml_threadpool_params params = ggml_threadpool_params_default(threads);
    params.poll = kPolling;
    pool_ = new_pool_(&params);
    pool_threads_ = threads;
    set_pool_(backend_, pool_);
  }
  set_threads_(backend_, threads);
}

std::byte* CpuBackend::scratch(size_t bytes) {
  if (bytes > scratch_bytes_) {
    scratch_ = aligned_bytes(bytes);
    scratch_bytes_ = bytes;
  }
  return scratch_.get();
}

void CpuBackend::run(Graph& graph, int threads, const std::function<void()>& bind,
                     const std::function<void()>& read) {
  const std::scoped_lock lock(mutex_);
  use_threads(std::clamp(threads, 1, kMostThreads));
  bind();
  graph.place(scratch(graph.scratch_bytes()));
  ggml_backend_graph_compute(backend_, graph.ggml());
  read();
}

}  // namespace axllama::standin
