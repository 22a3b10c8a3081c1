// The threads that compute, kept from step to step; libllama would start and join them each time.
#pragma once

#include <memory>

#include "base/result.h"

struct ggml_threadpool;

namespace axllama {

struct ThreadPoolCloser {
  void operator()(ggml_threadpool* pool) const;
};
using ThreadPool = std::unique_ptr<ggml_threadpool, ThreadPoolCloser>;

// `threads` counts the caller of a computation; start_llama() has been called.
Result<ThreadPool> make_thread_pool(int threads);

}  // namespace axllama
