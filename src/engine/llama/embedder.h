// Texts to vectors, in a context of its own beside the one that generates.
#pragma once

#include <memory>
#include <span>
#include <stop_token>
#include <vector>

#include "engine/llama/context.h"
#include "token/vocabulary.h"

namespace axllama {

// The context is made by the first text and again by one that is longer than all before, so that
// its memory follows what is asked, not what might be.
class Embedder {
 public:
  // `limit`: most tokens of a text. `model`, `adapter` (or null) and `pool` outlive it.
  Embedder(llama_model* model, llama_adapter_lora* adapter, ggml_threadpool* pool, int limit,
           int threads);

  // As Engine::embed.
  Result<std::vector<float>> embed(std::span<const Token> tokens, std::stop_token stop);

  // Makes the context for texts of `tokens`.
  Result<void> reserve(int tokens);
  // What the context would take for texts of the full limit, by what it takes now: the cache, and
  // where a text is computed in one piece also the work buffers, grow with its length.
  ContextMemory memory_at_limit() const;

 private:
  Result<void> make_context(int tokens);
  Result<std::vector<float>> embed_whole(std::span<const Token> tokens, std::stop_token stop);
  Result<std::vector<float>> embed_in_chunks(std::span<const Token> tokens, std::stop_token stop);
  Result<void> run_rows(std::span<const Token> tokens, size_t first, std::stop_token stop);

  llama_model* model_;
  llama_adapter_lora* adapter_;
  ggml_threadpool* pool_;
  ModelTraits traits_;
  int limit_;
  int threads_;
  bool whole_;      // the model needs to see a text at once: it isn't causal, or its own head pools
  int rows_;        // of a run, when it doesn't
  int tokens_ = 0;  // that the context holds
  std::unique_ptr<Context> context_;
  RowBatch batch_;
};

}  // namespace axllama
