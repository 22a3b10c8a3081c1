// A GGUF model that libllama has loaded, and what its file says of it.
#pragma once

#include <memory>

#include "base/result.h"
#include "engine/engine.h"

struct llama_model;

namespace axllama {

struct ModelCloser {
  void operator()(llama_model* model) const;
};
using Model = std::unique_ptr<llama_model, ModelCloser>;

// Weights stay on the host. Errors as load_llama_engine's; also kUnsupported for kinds of model
// that an Engine has no word for: encoder-decoders, diffusion, models without a vocabulary.
Result<Model> load_model(const LoadSpec& spec, const LoadProgress& progress);

// How one vector is made of the rows of a text; kUnnamed: the file doesn't say.
enum class Pooling { kUnnamed, kMean, kFirst, kLast, kRank };

struct ModelTraits {
  int trained_context = 0;  // 0: unknown
  int embedding_size = 0;
  Pooling pooling = Pooling::kUnnamed;
  bool names_pooling = false;  // the sign of an embedding model, "none" included
  bool causal = true;          // a row sees only rows before it
  bool encodes = false;        // runs through llama_encode
  bool forgets_parts = true;   // false: recurrent state, all or nothing
  int window = 0;              // tokens that a sliding layer looks back; 0: none slides
};
ModelTraits read_traits(const llama_model* model);

}  // namespace axllama
