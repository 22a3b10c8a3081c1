// The sizes of a transformer of the families that can be packed.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace axllama::pack {

enum class Family { kQwen3, kQwen2, kLlama };

struct Hyperparameters {
  Family family = Family::kQwen3;
  int layers = 0;
  int hidden = 0;
  int heads = 0;  // of queries
  int kv_heads = 0;
  int head_dim = 0;
  int feed_forward = 0;
  int vocabulary = 0;  // rows of the embedding table
  float norm_epsilon = 1e-6F;
  float rope_base = 10000.0F;
  bool rope_interleaved = false;  // rows of q and k are in pairs (0,1), as in GGUF llama files

  int kv_size() const { return kv_heads * head_dim; }  // S of one K or V row
  bool operator==(const Hyperparameters&) const = default;
};

// "qwen3", "qwen2", "llama": GGUF's architecture, Hugging Face's model_type and the start of
// AXERA's file names alike.
const char* family_name(Family family);
// kUnsupported, with the supported ones, for any other name.
Result<Family> family_from_name(std::string_view name);

// kUnsupported for sizes that rotary embedding or grouped queries can't have, kCorrupt for sizes
// that are missing or absurd; the message names the size.
Result<void> check_hyperparameters(const Hyperparameters& sizes);

}  // namespace axllama::pack
