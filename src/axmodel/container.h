// What an .axmodel file says of itself: an ONNX ModelProto whose nodes the NPU runs. Read without a
// device, and without touching the weights.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace axllama::axmodel {

// ONNX TensorProto.DataType, those that occur.
enum class ElementType : int32_t {
  kUndefined = 0,
  kFloat = 1,
  kUint8 = 2,
  kInt8 = 3,
  kUint16 = 4,
  kInt16 = 5,
  kInt32 = 6,
  kInt64 = 7,
  kFloat16 = 10,
  kDouble = 11,
  kUint32 = 12,
  kUint64 = 13,
  kBfloat16 = 16,
  kUint4 = 21,
  kInt4 = 22,
};
// Bits of one element; 0 when unknown.
int element_bits(ElementType type);
// Bytes of densely packed elements, four-bit ones two in a byte; no dimensions are one element.
// Nothing when the type's size is unknown, a dimension is negative, or the number doesn't fit.
std::optional<uint64_t> data_bytes(ElementType type, std::span<const int64_t> dims);

// An input or output of one shape group.
struct Tensor {
  std::string name;  // as in group 0, without the suffix "_<group>"
  ElementType type = ElementType::kUndefined;
  std::vector<int64_t> dims;  // each at least 1
  uint64_t bytes() const;     // checked at parse: below 4 GiB
  bool operator==(const Tensor&) const = default;
};

// The tensors of one shape the model was compiled for. All groups have the same names in the same
// order.
struct Group {
  std::vector<Tensor> inputs;
  std::vector<Tensor> outputs;
  bool operator==(const Group&) const = default;
};

// Data inside the file. The vendor's are opaque: type and dims need not account for the bytes.
struct Initializer {
  std::string name;
  ElementType type = ElementType::kUndefined;
  std::vector<int64_t> dims;
  uint64_t offset = 0;  // of the raw data, from the start of the file
  uint64_t bytes = 0;   // all within the file
  bool raw = true;      // false: the values lie there in protobuf's encoding of number lists
};

struct Container {
  std::string producer;          // "Pulsar2"
  std::string compiler_version;  // "5.2" out of the doc string; empty when it names none
  std::string graph;             // "ax-model"
  uint64_t file_bytes = 0;
  std::vector<Group> groups;  // at least one; see groups.h
  std::vector<Initializer> initializers;
  std::map<std::string, std::string, std::less<>> metadata;  // metadata_props

  uint64_t weight_bytes() const;  // of all initializers
  const Initializer* initializer(std::string_view name) const;
};

// `file` is the whole file, mapped or read; only its headers are touched, raw data is skipped.
// kCorrupt, with the offset, for everything that is not a well-formed model: truncated, lengths
// past the end, empty, a Git LFS pointer (named as such), no node, no output, a name twice, a
// dimension below 1. kUnsupported, with the offset: variable dimensions, an element type of unknown
// size, tensors of 4 GiB or more, data in another file, more than 4096 nodes, tensors or entries.
// Allocates no more than a small multiple of what the headers hold.
Result<Container> parse_container(std::span<const std::byte> file);

// Maps and parses. kNotFound, kIo, or parse_container's errors with the path in front.
Result<Container> read_container(const std::string& path);

}  // namespace axllama::axmodel
