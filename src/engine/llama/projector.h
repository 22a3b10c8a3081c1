// From images to rows that a model takes in the place of tokens, through libmtmd.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <stop_token>
#include <string>

#include "engine/engine.h"

struct llama_model;
struct mtmd_context;
struct mtmd_input_chunk;

namespace axllama {

struct ProjectorCloser {
  void operator()(mtmd_context* context) const;
};
struct ChunkCloser {
  void operator()(mtmd_input_chunk* chunk) const;
};

// A chunk of lay_out().
class ProjectorChunk final : public ImageChunk {
 public:
  ProjectorChunk(mtmd_input_chunk* chunk, int tokens, int positions, std::string id)
      : ImageChunk(tokens, std::move(id)), chunk_(chunk), positions_(positions) {}
  const mtmd_input_chunk* get() const { return chunk_.get(); }
  int positions() const { return positions_; }

 private:
  std::unique_ptr<mtmd_input_chunk, ChunkCloser> chunk_;
  int positions_;
};

class Projector {
 public:
  // `model` outlives it. kNotFound when there is no such file; kCorrupt when libmtmd can't read it,
  // or it is another model's, with the library's reason; kUnsupported for one that takes no images;
  // kNoMemory; kCanceled when `progress` said so.
  static Result<std::unique_ptr<Projector>> load(const std::string& file, const llama_model* model,
                                                 int threads, const LoadProgress& progress);

  // As Engine::lay_out; any thread.
  Result<Prompt> lay_out(std::span<const PromptPart> parts, bool add_special) const;

  // The chunk's rows, each as wide as the model's embeddings; valid until the next call. One
  // thread.
  Result<float*> encode(const ProjectorChunk& chunk, std::stop_token stop);
  // Whether all rows of a chunk must be evaluated in one run, because each sees all others.
  bool sees_both_ways(const ProjectorChunk& chunk) const;
  mtmd_context* get() const { return context_.get(); }
  uint64_t bytes() const { return bytes_; }

 private:
  Projector() = default;

  std::stop_token stop_;  // of the encode() that runs
  uint64_t bytes_ = 0;    // of the weights
  std::unique_ptr<mtmd_context, ProjectorCloser> context_;
};

}  // namespace axllama
