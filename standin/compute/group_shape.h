// What the tensors of one shape group say of its work.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "axmodel/container.h"
#include "base/result.h"
#include "standin/compute/layer_spec.h"

namespace axllama::standin {

// A layer's group: P rows that see `history` cache rows and each other.
struct LayerGroup {
  int64_t rows = 0;     // P, 1 in decode
  int64_t history = 0;  // rows of K_cache that take part; 0 in the first chunk's group, whose cache
                        // is a dummy of one row
  // Positions in the group's inputs and outputs.
  size_t key_cache = 0, value_cache = 0, indices = 0, input = 0, mask = 0;
  size_t key_out = 0, value_out = 0, output = 0;
};

// A head's group: P rows of logits, or of the top_k largest with their ids; and, or instead, the
// rows after the final norm.
struct HeadGroup {
  int64_t rows = 0;
  size_t input = 0;
  std::optional<size_t> logits;  // "output", of a head with a vocabulary
  size_t indices = 0;            // only with top_k
  std::optional<size_t> normed;  // "output_norm", or without a vocabulary "output"
};

// kCorrupt, naming the tensor: it is missing, or its type or dimensions contradict `spec`.
Result<LayerGroup> layer_group(const axmodel::Group& group, const LayerSpec& spec);
Result<HeadGroup> head_group(const axmodel::Group& group, const LayerSpec& spec);

// Position of the tensor of that name; tensors.size() when there is none.
size_t position(std::span<const axmodel::Tensor> tensors, std::string_view name);
int64_t element_count(const axmodel::Tensor& tensor);

}  // namespace axllama::standin
