// The plainest loop that generates with a model folder on an AX650, call for call in the order of
// the vendor's current runner: prefill by chunks, whose hidden states cross PCIe between layers,
// and per token and layer two copies up, a run and three copies on the card. It knows the C
// interface and the files' names, nothing of this project's engine. One thread; the card() must be
// in use.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "standin/tests/loaded_file.h"
#include "standin/tests/model_files.h"
#include "standin/tests/reference_layer.h"

namespace axllama::standin {

// Mistakes that a loop can make, each of which must show in what comes out.
enum class Mistake {
  kNone,
  kMaskShowsEmptyRow,    // decode: a row of the cache that nothing was written to yet
  kMaskHidesRow,         // decode: the first token
  kMaskHidesItself,      // decode: the last element, the token's own
  kChunkMaskSeesAhead,   // prefill: each row sees the next one
  kHistoryMaskHidesRow,  // prefill: a later chunk doesn't see the first token
  kKeyInWrongSlot,       // decode: one row too far
  kValueInWrongSlot,     //
  kChunkInWrongSlot,     // prefill: keys and values one row too far
  kWrongPosition,        // decode: one too many
  kWrongChunkPosition,   // prefill: later chunks count from 0
  kSwappedCaches,        // decode: K_cache and V_cache bound the wrong way round
  kCachesNotZeroed,      // before the first token
  kStaleHidden,          // decode: the third layer's input isn't refreshed
};

// What the head gives: a value for each token, or for those of `ids` only.
struct HeadOutput {
  std::vector<uint16_t> logits;  // bf16
  std::vector<uint32_t> ids;
  static float number(uint16_t bf16);
  int32_t best() const;
  bool has_nan() const;
};

class ReferenceLoop {
 public:
  ReferenceLoop(const axcl::Library& api, const std::string& folder,
                Mistake mistake = Mistake::kNone);

  // Evaluates tokens at the end of what is there, by chunks, and gives the last one's logits.
  HeadOutput prefill(std::span<const int32_t> tokens);
  // The same for one token, by a decode group.
  HeadOutput decode(int32_t token);
  // Forgets all tokens and fills the caches with zeroes.
  void forget();
  // Pretends that `tokens` are there; for measurements.
  void skip_to(size_t tokens) { filled_ = tokens; }

  size_t filled() const { return filled_; }
  size_t layers() const { return layers_.size(); }
  size_t cache_rows() const { return cache_rows_; }

 private:
  uint32_t group_for(size_t history) const;
  std::vector<uint16_t> decode_mask() const;
  std::vector<uint16_t> chunk_mask(uint32_t group, size_t rows) const;
  std::vector<uint32_t> chunk_positions() const;
  std::vector<uint16_t> chunk(std::span<const int32_t> tokens);
  void chunk_layer(ReferenceLayer& layer, uint32_t group, size_t rows,
                   const std::vector<uint16_t>& mask, std::vector<uint16_t>& hidden);
  void decode_layer(size_t index, uint32_t position, const std::vector<uint16_t>& mask);
  HeadOutput run_head();

  const axcl::Library& api_;
  ModelFiles files_;
  Mistake mistake_;
  std::vector<std::unique_ptr<ReferenceLayer>> layers_;
  LoadedFile head_;
  Buffer head_input_;
  Buffer head_output_;
  Buffer head_ids_;
  size_t hidden_ = 0;      // elements
  size_t row_bytes_ = 0;   // of K or V of one token
  size_t cache_rows_ = 0;  // N
  size_t chunk_rows_ = 0;  // P
  size_t filled_ = 0;
};

}  // namespace axllama::standin
