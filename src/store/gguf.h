// The header of a GGUF file (versions 2 and 3, little-endian): metadata and the list of tensors.
//
// Nothing of the file is trusted: each length is checked against the file before anything is read
// or allocated for it, counts have limits, arrays stay in the file until somebody asks for them.
// Tensor data is never read.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "core/message.h"
#include "store/bytes.h"

namespace axllama::store {

enum class GgufType : uint32_t {
  kUint8,
  kInt8,
  kUint16,
  kInt16,
  kUint32,
  kInt32,
  kFloat32,
  kBool,
  kString,
  kArray,
  kUint64,
  kInt64,
  kFloat64,
};

// Elements that lie in the file from `offset` on, all checked to be there. Never arrays themselves.
struct GgufArray {
  GgufType type = GgufType::kUint8;
  uint64_t count = 0;
  uint64_t offset = 0;
};

// All whole numbers become one of two types. float and double stay apart: they are written with
// different digits.
using GgufValue = std::variant<uint64_t, int64_t, float, double, bool, std::string, GgufArray>;

using GgufValues = std::map<std::string, GgufValue, std::less<>>;

struct GgufTensor {
  std::string name;
  uint32_t type = 0;            // see find_tensor_type
  std::vector<uint64_t> shape;  // as in the file: the row length first
  uint64_t elements = 0;
  uint64_t offset = 0;  // of its data, counted from data_offset()
};

class Gguf {
 public:
  // kInvalidArgument `supplied file was not in GGUF format` when it isn't; kUnsupported for another
  // version or byte order; kCorrupt, with the place, for a header that contradicts itself or ends
  // early.
  static Result<Gguf> open(const std::filesystem::path& path);
  static Result<Gguf> parse(ByteSource source);

  const GgufValues& values() const { return values_; }
  const std::vector<GgufTensor>& tensors() const { return tensors_; }
  // First byte of tensor data.
  uint64_t data_offset() const { return data_offset_; }
  uint64_t file_size() const { return source_.size(); }

  // Every tensor's data is in the file. kCorrupt names the tensor and the sizes; kUnsupported a
  // tensor of a type nobody here can load.
  Result<void> check_data() const;
  // Elements of all tensors together.
  uint64_t parameters() const;

  // general.architecture; empty when there is none.
  std::string architecture() const { return text("general.architecture"); }
  // nullptr when there is no such key.
  const GgufValue* find(std::string_view key) const;
  // The value of "<architecture>.<key>".
  const GgufValue* find_for_architecture(std::string_view key) const;
  // A text; empty when there is no such key or it is something else.
  std::string text(std::string_view key) const;
  // Reads an array's elements from the file as JSON: "[1,2]"; "null" when there are more than four
  // million.
  Result<JsonText> array_json(const GgufArray& array) const;

 private:
  explicit Gguf(ByteSource source) : source_(std::move(source)) {}
  Result<void> read_header();
  Result<void> read_values(ByteCursor& cursor, uint64_t count);
  Result<void> read_alignment();
  Result<void> read_tensors(ByteCursor& cursor, uint64_t count);
  Result<void> check_data(const GgufTensor& tensor) const;

  ByteSource source_;
  GgufValues values_;
  std::vector<GgufTensor> tensors_;
  uint64_t alignment_ = 32;  // of tensor data, in bytes; a power of two
  uint64_t data_offset_ = 0;
};

// A whole number that fits, from any number in a value; nothing otherwise.
std::optional<int64_t> whole_number(const GgufValue* value);

// All metadata as /api/show gives it: keys sorted, without general.name and the chat template, with
// general.parameter_count. Arrays that are not empty become null unless `verbose`.
Result<JsonText> model_info_json(const Gguf& gguf, bool verbose);
// [{"name":"token_embd.weight","type":"Q8_0","shape":[192,2048]}]
JsonText tensors_json(const Gguf& gguf);

}  // namespace axllama::store
