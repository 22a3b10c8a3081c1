// An ONNX ModelProto as it lies in the file, as far as a container needs it. Texts are views into
// the file; the meaning of nothing is checked here.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "axmodel/protobuf_reader.h"
#include "base/result.h"

namespace axllama::axmodel {

// A ValueInfoProto: name, type and shape of a graph's input or output.
struct OnnxValue {
  uint64_t offset = 0;  // of the message, from the start of the file
  std::string_view name;
  int64_t type = 0;  // TensorProto.DataType
  bool has_shape = false;
  std::vector<std::optional<int64_t>> dims;  // nothing: of variable size
};

struct OnnxNode {
  std::string_view op_type;
  std::vector<std::string_view> inputs;
  std::vector<std::string_view> outputs;
};

// A TensorProto.
struct OnnxTensor {
  uint64_t offset = 0;
  std::string_view name;
  int64_t type = 0;
  std::vector<int64_t> dims;
  uint64_t data_offset = 0;  // of the first value
  uint64_t data_bytes = 0;   // as they lie in the file
  bool raw = true;           // false: in one of the typed lists, not as raw data
  bool external = false;     // in another file
};

struct OnnxModel {
  std::string_view producer;
  std::string_view doc_string;
  std::string_view graph;  // its name
  bool has_graph = false;
  std::vector<OnnxNode> nodes;
  std::vector<OnnxTensor> initializers;
  std::vector<OnnxValue> inputs;
  std::vector<OnnxValue> outputs;
  std::vector<std::pair<std::string_view, std::string_view>> metadata;
};

// `file` is a whole file, empty or not. kCorrupt for what is no well-formed protobuf; kUnsupported
// for more than 4096 of anything or more than 64 dimensions. Both with the offset.
Result<OnnxModel> read_onnx_model(std::span<const std::byte> file);

}  // namespace axllama::axmodel
