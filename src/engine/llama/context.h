// A computation over a model: libllama's context, and the one call that runs a batch through it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <vector>

#include "base/result.h"
#include "engine/llama/model.h"
#include "engine/llama/thread_pool.h"

struct llama_adapter_lora;
struct llama_context;
struct mtmd_context;
struct mtmd_input_chunk;

namespace axllama {

struct ContextCloser {
  void operator()(llama_context* context) const;
};

struct ContextSpec {
  int tokens = 0;     // that each sequence holds
  int sequences = 1;  // each with a cache of its own
  int rows = 0;       // most rows of a run
  int outputs = 0;    // most rows of a run that give something
  int threads = 1;
  llama_adapter_lora* adapter = nullptr;  // of the model; null: none
  bool embeddings = false;                // rows give embeddings
  Pooling pooling = Pooling::kUnnamed;    // of embeddings; kUnnamed: none, one vector a row
};

struct ContextMemory {
  uint64_t model = 0;    // bytes of the weights
  uint64_t cache = 0;    // of the sequences' caches
  uint64_t compute = 0;  // of the work buffers
};

// The rows of one run, in the order in which they are evaluated.
class RowBatch {
 public:
  void clear();
  void add(int32_t token, int32_t position, int32_t sequence, bool wants_output);
  size_t size() const { return tokens_.size(); }

 private:
  friend class Context;
  std::vector<int32_t> tokens_;
  std::vector<int32_t> positions_;
  std::vector<int32_t> sequences_;
  std::vector<int32_t*> sequence_lists_;
  std::vector<int32_t> sequence_counts_;
  std::vector<int8_t> outputs_;
};

// Holds a reference to `model` and `pool`, which outlive it. One thread at a time.
class Context {
 public:
  static Result<std::unique_ptr<Context>> make(llama_model* model, ggml_threadpool* pool,
                                               const ContextSpec& spec);

  // kCanceled when `stop` asked for it; then, and after other errors, the memory may hold some of
  // the rows. `encode`: through llama_encode.
  Result<void> run(RowBatch& batch, std::stop_token stop, bool encode = false);

  // Evaluates the rows of an image that a projector has made, as run() does.
  struct ImageRows {
    mtmd_context* projector;
    const mtmd_input_chunk* chunk;
    float* rows;
    int rows_a_run;
  };
  Result<void> run_image(const ImageRows& image, int32_t position, int32_t sequence,
                         std::stop_token stop);

  llama_context* get() const { return context_.get(); }
  // False: the model keeps no cache and sees a whole text at once.
  bool has_memory() const;
  ContextMemory memory() const;

 private:
  Context() = default;
  Result<void> run_stoppable(size_t rows, std::stop_token stop,
                             const std::function<int()>& evaluate);

  std::stop_token stop_;
  std::unique_ptr<llama_context, ContextCloser> context_;
};

}  // namespace axllama
