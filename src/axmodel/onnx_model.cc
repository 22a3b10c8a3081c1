#include "axmodel/onnx_model.h"

namespace axllama::axmodel {
namespace {

// Far above what any container has.
constexpr size_t kMaxItems = 4096;
constexpr size_t kMaxDims = 64;

template <class T>
Result<void> check_room(const std::vector<T>& items, size_t limit, const Field& field,
                        std::string_view what) {
  if (items.size() < limit) return {};
  return fail(ErrorCode::kUnsupported, "at byte " + std::to_string(field.offset) + ": more than " +
                                           std::to_string(limit) + " " + std::string(what));
}

// Calls `read(field)` for each field of a message. As protobuf has it, what comes twice is merged,
// and the last of single values counts.
template <class Read>
Result<void> for_each_field(Slice message, Read read) {
  FieldReader reader(message);
  while (!reader.done()) {
    AX_TRY(const Field field, reader.next());
    AX_CHECK(read(field));
  }
  return {};
}

// The same for a field that is a message.
template <class Read>
Result<void> for_each_field(const Field& field, Read read) {
  AX_TRY(const Slice message, field.bytes());
  return for_each_field(message, read);
}

Result<void> read_text(const Field& field, std::string_view& into) {
  AX_TRY(into, field.text());
  return {};
}

Result<void> read_integer(const Field& field, int64_t& into) {
  AX_TRY(into, field.integer());
  return {};
}

Result<void> add_text(const Field& field, std::vector<std::string_view>& into) {
  AX_CHECK(check_room(into, kMaxItems, field, "tensors of one node"));
  AX_TRY(const std::string_view text, field.text());
  into.push_back(text);
  return {};
}

Result<void> read_dimension(const Field& field, std::vector<std::optional<int64_t>>& dims) {
  AX_CHECK(check_room(dims, kMaxDims, field, "dimensions"));
  std::optional<int64_t> size;
  AX_CHECK(for_each_field(field, [&](const Field& part) -> Result<void> {
    if (part.number == 2) size.reset();  // dim_param: a name instead of a size
    if (part.number != 1) return {};
    AX_TRY(size, part.integer());
    return {};
  }));
  dims.push_back(size);
  return {};
}

Result<void> read_tensor_type(const Field& field, OnnxValue& value) {
  return for_each_field(field, [&](const Field& part) -> Result<void> {
    if (part.number == 1) return read_integer(part, value.type);
    if (part.number != 2) return {};
    value.has_shape = true;
    return for_each_field(part, [&](const Field& dim) -> Result<void> {
      return dim.number == 1 ? read_dimension(dim, value.dims) : Result<void>{};
    });
  });
}

Result<void> add_value(const Field& field, std::vector<OnnxValue>& into) {
  AX_CHECK(check_room(into, kMaxItems, field, "inputs or outputs"));
  OnnxValue& value = into.emplace_back();
  value.offset = field.offset;
  return for_each_field(field, [&](const Field& part) -> Result<void> {
    if (part.number == 1) return read_text(part, value.name);
    if (part.number != 2) return {};
    return for_each_field(part, [&](const Field& type) -> Result<void> {
      return type.number == 1 ? read_tensor_type(type, value) : Result<void>{};
    });
  });
}

Result<void> add_node(const Field& field, std::vector<OnnxNode>& into) {
  AX_CHECK(check_room(into, kMaxItems, field, "nodes"));
  OnnxNode& node = into.emplace_back();
  return for_each_field(field, [&](const Field& part) -> Result<void> {
    switch (part.number) {
      case 1:
        return add_text(part, node.inputs);
      case 2:
        return add_text(part, node.outputs);
      case 4:
        return read_text(part, node.op_type);
      default:
        return {};
    }
  });
}

Result<void> read_tensor_dims(const Field& field, OnnxTensor& tensor) {
  const auto add = [&](int64_t size) -> Result<void> {
    AX_CHECK(check_room(tensor.dims, kMaxDims, field, "dimensions"));
    tensor.dims.push_back(size);
    return {};
  };
  if (field.wire == WireType::kBytes) return for_each_varint(field.payload, add);
  AX_TRY(const int64_t size, field.integer());
  return add(size);
}

void read_raw_data(const Slice& data, OnnxTensor& tensor) {
  tensor.data_offset = data.offset;
  tensor.data_bytes = data.bytes.size();
  tensor.raw = true;
}

// float_data, int32_data and their like: only the place and the bytes in the file are kept.
void read_typed_data(const Slice& data, OnnxTensor& tensor) {
  if (tensor.data_bytes == 0) tensor.data_offset = data.offset;
  tensor.data_bytes += data.bytes.size();
  tensor.raw = false;
}

Result<void> read_tensor_field(const Field& field, OnnxTensor& tensor) {
  switch (field.number) {
    case 1:
      return read_tensor_dims(field, tensor);
    case 2:
      return read_integer(field, tensor.type);
    case 4:
    case 5:
    case 6:
    case 7:
    case 10:
    case 11:
      read_typed_data(field.payload, tensor);
      return {};
    case 8:
      return read_text(field, tensor.name);
    case 9: {
      AX_TRY(const Slice data, field.bytes());
      read_raw_data(data, tensor);
      return {};
    }
    case 13:
      tensor.external = true;
      return {};  // external_data: where in which file
    case 14:
      tensor.external |= field.value == 1;
      return {};  // data_location
    default:
      return {};
  }
}

Result<void> add_tensor(const Field& field, std::vector<OnnxTensor>& into) {
  AX_CHECK(check_room(into, kMaxItems, field, "initializers"));
  OnnxTensor& tensor = into.emplace_back();
  tensor.offset = field.offset;
  return for_each_field(field, [&](const Field& part) { return read_tensor_field(part, tensor); });
}

Result<void> read_graph(const Field& field, OnnxModel& model) {
  model.has_graph = true;
  return for_each_field(field, [&](const Field& part) -> Result<void> {
    switch (part.number) {
      case 1:
        return add_node(part, model.nodes);
      case 2:
        return read_text(part, model.graph);
      case 5:
        return add_tensor(part, model.initializers);
      case 11:
        return add_value(part, model.inputs);
      case 12:
        return add_value(part, model.outputs);
      default:
        return {};
    }
  });
}

Result<void> add_metadata(const Field& field, OnnxModel& model) {
  AX_CHECK(check_room(model.metadata, kMaxItems, field, "metadata entries"));
  auto& entry = model.metadata.emplace_back();
  return for_each_field(field, [&](const Field& part) -> Result<void> {
    if (part.number == 1) return read_text(part, entry.first);
    return part.number == 2 ? read_text(part, entry.second) : Result<void>{};
  });
}

}  // namespace

Result<OnnxModel> read_onnx_model(std::span<const std::byte> file) {
  OnnxModel model;
  AX_CHECK(for_each_field(Slice{file, 0}, [&](const Field& part) -> Result<void> {
    switch (part.number) {
      case 2:
        return read_text(part, model.producer);
      case 6:
        return read_text(part, model.doc_string);
      case 7:
        return read_graph(part, model);
      case 14:
        return add_metadata(part, model);
      default:
        return {};
    }
  }));
  return model;
}

}  // namespace axllama::axmodel
