#include "engine/llama/thread_pool.h"

#include <llama.h>

#include <string>

namespace axllama {
namespace {

// The pool's functions live in the CPU backend that was chosen at run time.
template <class Function>
Function* backend_function(const char* name) {
  ggml_backend_dev_t cpu = ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU);
  if (cpu == nullptr) return nullptr;
  void* found = ggml_backend_reg_get_proc_address(ggml_backend_dev_backend_reg(cpu), name);
  return reinterpret_cast<Function*>(found);
}

}  // namespace

void ThreadPoolCloser::operator()(ggml_threadpool* pool) const {
  const auto free = backend_function<decltype(ggml_threadpool_free)>("ggml_threadpool_free");
  if (free != nullptr) free(pool);
}

Result<ThreadPool> make_thread_pool(int threads) {
  const auto make = backend_function<decltype(ggml_threadpool_new)>("ggml_threadpool_new");
  if (make == nullptr) return fail(ErrorCode::kInternal, "ggml's CPU backend has no thread pool");
  ggml_threadpool_params params = ggml_threadpool_params_default(threads);
  ThreadPool pool(make(&params));
  if (!pool) {
    return fail(ErrorCode::kNoMemory, "can't start " + std::to_string(threads) + " threads");
  }
  return pool;
}

}  // namespace axllama
