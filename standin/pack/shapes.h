// Published models whose sizes can be had without their weights, for timing runs.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "standin/pack/hyperparameters.h"
#include "standin/pack/plan.h"
#include "standin/pack/tokenizer.h"

namespace axllama::pack {

enum class ShapeQuantisation { kW8, kInt4 };
Result<ShapeQuantisation> shape_quantisation_from_name(std::string_view name);  // "w8", "int4"

// Bytes of one kind of file: what the NPU reads as weights, and the code beside them.
struct FileSize {
  uint64_t parameters = 0;
  uint64_t code = 0;
  uint64_t total() const { return parameters + code; }
};

struct Shape {
  std::string_view name;  // "qwen3-4b"
  Hyperparameters sizes;
  Contexts contexts;  // as published
  uint64_t w8_layer;  // bytes of a layer file
  uint64_t int4_layer;
  uint64_t int4_parameters;  // of a layer; 0: by kInt4BytesPerWeight

  FileSize layer(ShapeQuantisation quantisation) const;
  FileSize head() const;  // int8 in every package
};

// kNotFound, with the names there are.
Result<Shape> find_shape(std::string_view name);
std::vector<std::string_view> shape_names();

// A vocabulary of the shape's family that encodes any text byte by byte: 256 bytes, fillers, and
// ChatML's markers at Qwen's ids.
Tokenizer shape_tokenizer();

}  // namespace axllama::pack
