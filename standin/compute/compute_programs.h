// Programs that compute: a transformer layer, and the head that follows the last one.
#pragma once

#include <memory>
#include <span>

#include "standin/compute/layer_spec.h"
#include "standin/compute/program.h"

namespace axllama::standin {

// A chunk of which fewer than this many rows are real leaves the others' outputs unwritten.
inline constexpr int64_t kWrittenWholeFrom = 64;

// kCorrupt as Program::create; kUnavailable: no CPU backend of ggml.
Result<std::unique_ptr<Program>> make_layer_program(const axmodel::Container& container,
                                                    std::span<const std::byte> file,
                                                    const LayerSpec& spec, int threads);

// RMS norm, product with the vocabulary's matrix, logits rounded to bf16; of those, with top_k, the
// largest, descending, with their ids. Of equal logits the lower id comes first; NaN counts as
// larger than any number. An output "output_norm" gets the normed row, rounded to bf16; so does
// "output" of a head without a vocabulary.
Result<std::unique_ptr<Program>> make_head_program(const axmodel::Container& container,
                                                   std::span<const std::byte> file,
                                                   const LayerSpec& spec, int threads);

}  // namespace axllama::standin
