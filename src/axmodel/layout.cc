#include "axmodel/layout.h"

#include "axmodel/protobuf_writer.h"
#include "axmodel/quoted_name.h"

namespace axllama::axmodel {
namespace {

constexpr int64_t kIrVersion = 8;
constexpr int64_t kOpset = 18;
// The tag and length that MessageWriter::bytes_header writes.
constexpr uint64_t kHeaderSize = 6;

std::string name_in_group(const std::string& name, size_t group) {
  return group == 0 ? name : name + "_" + std::to_string(group);
}

std::string value_info(const Tensor& tensor, size_t group) {
  MessageWriter shape;
  for (const int64_t size : tensor.dims) {
    shape.bytes(1, MessageWriter().integer(1, size).message());
  }
  MessageWriter tensor_type;
  tensor_type.integer(1, static_cast<int64_t>(tensor.type)).bytes(2, shape.message());
  return MessageWriter()
      .bytes(1, name_in_group(tensor.name, group))
      .bytes(2, MessageWriter().bytes(1, tensor_type.message()).message())
      .message();
}

std::string node(const ContainerWriter& container, size_t group) {
  MessageWriter node;
  for (const Tensor& input : container.groups[group].inputs) {
    node.bytes(1, name_in_group(input.name, group));
  }
  for (const NewWeight& weight : container.weights) node.bytes(1, weight.name);
  for (const Tensor& output : container.groups[group].outputs) {
    node.bytes(2, name_in_group(output.name, group));
  }
  return node.bytes(3, "npu_" + std::to_string(group)).bytes(4, "neu mode").message();
}

// The graph up to its weights.
std::string graph_start(const ContainerWriter& container) {
  MessageWriter graph;
  const size_t groups = container.groups.size();
  for (size_t i = 0; i < groups; ++i) graph.bytes(1, node(container, i));
  graph.bytes(2, container.graph);
  for (size_t i = 0; i < groups; ++i) {
    for (const Tensor& input : container.groups[i].inputs) graph.bytes(11, value_info(input, i));
  }
  for (size_t i = 0; i < groups; ++i) {
    for (const Tensor& output : container.groups[i].outputs) {
      graph.bytes(12, value_info(output, i));
    }
  }
  return graph.message();
}

// The model up to its graph, which is last: a file cut short anywhere is then recognised.
std::string model_start(const ContainerWriter& container) {
  MessageWriter model;
  model.integer(1, kIrVersion).bytes(2, container.producer).bytes(6, container.doc_string);
  model.bytes(8, MessageWriter().bytes(1, "").integer(2, kOpset).message());
  for (const auto& [key, value] : container.metadata) {
    model.bytes(14, MessageWriter().bytes(1, key).bytes(2, value).message());
  }
  return model.message();
}

// An initializer up to its data. It begins in the file at `offset`; a doc string of spaces moves
// the data to an aligned place.
std::string weight_start(const NewWeight& weight, uint64_t bytes, uint64_t offset) {
  MessageWriter tensor;
  for (const int64_t size : weight.dims) tensor.integer(1, size);
  tensor.integer(2, static_cast<int64_t>(weight.type)).bytes(8, weight.name);
  constexpr uint64_t kEmptyDocSize = 2;
  const uint64_t unpadded =
      offset + kHeaderSize + tensor.message().size() + kEmptyDocSize + kHeaderSize;
  tensor.bytes(12, std::string((0 - unpadded) % kWeightAlignment, ' '));
  tensor.bytes_header(9, bytes);
  return MessageWriter().bytes_header(5, tensor.message().size() + bytes).message() +
         tensor.message();
}

std::unexpected<Error> impossible(std::string message) {
  return fail(ErrorCode::kInvalidArgument, std::move(message));
}

}  // namespace

Result<Layout> lay_out(const ContainerWriter& container) {
  const std::string model = model_start(container);
  const std::string graph = graph_start(container);
  Layout layout;
  uint64_t end = model.size() + kHeaderSize + graph.size();
  for (const NewWeight& weight : container.weights) {
    const auto bytes = data_bytes(weight.type, weight.dims);
    if (!bytes)
      return impossible("the size of weight " + quoted_name(weight.name) + " is not known");
    if (*bytes > MessageWriter::kMaxHeaderSize) {
      return impossible("weight " + quoted_name(weight.name) + " takes 32 GiB or more");
    }
    layout.headers.push_back({end, weight_start(weight, *bytes, end)});
    end += layout.headers.back().bytes.size() + *bytes;
    if (end > MessageWriter::kMaxHeaderSize) return impossible("the model takes 32 GiB or more");
  }
  const uint64_t graph_bytes = end - model.size() - kHeaderSize;
  layout.headers.push_back(
      {0, model + MessageWriter().bytes_header(7, graph_bytes).message() + graph});
  layout.file_bytes = end;
  return layout;
}

}  // namespace axllama::axmodel
