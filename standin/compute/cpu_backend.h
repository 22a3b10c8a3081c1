// The process's ggml CPU backend: one pool of threads and one scratch memory for all graphs.
#pragma once

#include <ggml-backend.h>
#include <ggml-cpu.h>

#include <functional>
#include <mutex>

#include "base/result.h"
#include "standin/compute/aligned_bytes.h"
#include "standin/compute/graph.h"
#include "standin/compute/program.h"

namespace axllama::standin {

class CpuBackend {
 public:
  // Made by the first call: takes the backend that the program has loaded, else loads the
  // libggml-cpu-*.so beside libggml.so. Lives until the process ends. kUnavailable: none runs here.
  static Result<CpuBackend*> get();

  // Computes, then calls `read`, which may read the graph's results. Any thread; runs of all graphs
  // follow each other. `threads` at least 1. The results do not depend on it.
  void run(Graph& graph, int threads, const std::function<void()>& bind,
           const std::function<void()>& read);

 private:
  explicit CpuBackend(ggml_backend_reg_t registry, ggml_backend_t backend);
  void use_threads(int threads);
  std::byte* scratch(size_t bytes);

  ggml_backend_t backend_;
  decltype(&ggml_threadpool_new) new_pool_;
  decltype(&ggml_threadpool_free) free_pool_;
  decltype(&ggml_backend_cpu_set_threadpool) set_pool_;
  decltype(&ggml_backend_cpu_set_n_threads) set_threads_;

  std::mutex mutex_;  // guards all below, and the graph that runs
  ggml_threadpool_t pool_ = nullptr;
  int pool_threads_ = 0;
  AlignedBytes scratch_;
  size_t scratch_bytes_ = 0;
};

}  // namespace axllama::standin
