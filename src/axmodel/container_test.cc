#include "axmodel/container.h"

#include <gmock/gmock.h>

#include <limits>

#include "axmodel/protobuf_writer.h"
#include "axmodel/test_support.h"

namespace axllama::axmodel {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

std::string value_info(std::string_view name, int64_t type, std::vector<int64_t> dims) {
  MessageWriter shape;
  for (const int64_t dim : dims) shape.bytes(1, MessageWriter().integer(1, dim).message());
  const std::string type_message =
      MessageWriter().integer(1, type).bytes(2, shape.message()).message();
  return MessageWriter()
      .bytes(1, name)
      .bytes(2, MessageWriter().bytes(1, type_message).message())
      .message();
}

std::string initializer(std::string_view name, int64_t dim, std::string_view data) {
  return MessageWriter().integer(1, dim).integer(2, 2).bytes(8, name).bytes(9, data).message();
}

// The graph of an image model, in the order the compiler writes it: weights before inputs.
std::string vendor_graph() {
  const std::string node = MessageWriter()
                               .bytes(1, "input")
                               .bytes(2, "output")
                               .bytes(3, "subgraph_npu_0")
                               .bytes(4, "neu mode")
                               .bytes(5, "an attribute")
                               .message();
  return MessageWriter()
      .bytes(1, node)
      .bytes(2, "ax-model")
      .bytes(5, initializer("npu_params", 6, "params"))
      .bytes(5, initializer("npu_dyn_params", 0, ""))
      .bytes(5, initializer("subgraph_npu_0_b1_neu", 4, "code"))
      .bytes(11, value_info("npu_params", 2, {6}))
      .bytes(11, value_info("npu_dyn_params", 2, {0}))
      .bytes(11, value_info("input", 2, {1, 224, 224, 3}))
      .bytes(12, value_info("output", 1, {1, 1000}))
      .message();
}

std::string vendor_model(std::string_view graph) {
  return MessageWriter()
      .integer(1, 10)
      .bytes(2, "Pulsar2")
      .bytes(6, "Pulsar2 Version:  4.0-dirty\nPulsar2 Commit: 156de6f7-dirty")
      .bytes(7, graph)
      .bytes(8, MessageWriter().bytes(1, "").integer(2, 18).message())
      .bytes(14, MessageWriter().bytes(1, "extra_data").bytes(2, "CgsKBWlucHV0").message())
      .message();
}

std::string with_more_graph(const MessageWriter& more) {
  return vendor_model(vendor_graph() + more.message());
}

std::string version_of(std::string_view doc_string) {
  ContainerWriter writer = layer(1);
  writer.doc_string = doc_string;
  const auto container = parse(written(writer));
  return container ? container->compiler_version : container.error().text();
}

TEST(Container, image_model_of_the_vendors_compiler_is_read) {
  const std::string bytes = vendor_model(vendor_graph());
  const auto container = parse(bytes);
  ASSERT_TRUE(container) << container.error().text();
  EXPECT_EQ(container->producer, "Pulsar2");
  EXPECT_EQ(container->compiler_version, "4.0-dirty");
  EXPECT_EQ(container->graph, "ax-model");
  EXPECT_EQ(container->file_bytes, bytes.size());
  ASSERT_EQ(container->groups.size(), 1u);
  EXPECT_THAT(container->groups[0].inputs,
              ElementsAre(Tensor{"input", ElementType::kUint8, {1, 224, 224, 3}}));
  EXPECT_THAT(container->groups[0].outputs,
              ElementsAre(Tensor{"output", ElementType::kFloat, {1, 1000}}));
  EXPECT_EQ(container->metadata.at("extra_data"), "CgsKBWlucHV0");
}

TEST(Container, initializers_tell_where_their_data_lies) {
  const std::string bytes = vendor_model(vendor_graph());
  const auto container = parse(bytes);
  ASSERT_TRUE(container);
  EXPECT_EQ(container->initializers.size(), 3u);
  EXPECT_EQ(container->weight_bytes(), 10u);
  const Initializer* code = container->initializer("subgraph_npu_0_b1_neu");
  ASSERT_NE(code, nullptr);
  EXPECT_EQ(bytes.substr(code->offset, code->bytes), "code");
  EXPECT_TRUE(code->raw);
  ASSERT_NE(container->initializer("npu_dyn_params"), nullptr);
  EXPECT_THAT(container->initializer("npu_dyn_params")->dims, ElementsAre(0));
  EXPECT_EQ(container->initializer("none"), nullptr);
}

TEST(Container, compiler_version_is_empty_when_the_doc_string_names_none) {
  EXPECT_EQ(version_of("Pulsar2 Version: 5.2\nPulsar2 Commit: 1"), "5.2");
  EXPECT_EQ(version_of("Version:\t 6 beta \r\n"), "6 beta");
  EXPECT_EQ(version_of("made by hand"), "");
  EXPECT_EQ(version_of("Version:"), "");
  EXPECT_EQ(version_of("Version:  \nx"), "");
}

TEST(Container, empty_file_and_git_lfs_pointer_are_named_as_such) {
  const Error empty = error_of("");
  EXPECT_EQ(empty.code, ErrorCode::kCorrupt);
  EXPECT_EQ(empty.message, "the file is empty");
  EXPECT_NE(empty.hint, "");
  const Error pointer = error_of("version https://git-lfs.github.com/spec/v1\noid sha256:0\n");
  EXPECT_EQ(pointer.code, ErrorCode::kCorrupt);
  EXPECT_THAT(pointer.message, HasSubstr("Git LFS pointer"));
  EXPECT_THAT(pointer.hint, HasSubstr("git lfs pull"));
}

TEST(Container, other_files_are_corrupt) {
  for (const char* text :
       {"<!DOCTYPE html><html>", "GGUF\3\0\0\0", "{\"error\": 1}", "\n", "PK\3\4"}) {
    EXPECT_EQ(error_of(text).code, ErrorCode::kCorrupt) << text;
  }
  EXPECT_EQ(error_of(std::string(4096, '\0')).message, "at byte 0: no field begins here");
}

TEST(Container, model_without_graph_node_or_output_is_corrupt) {
  EXPECT_EQ(error_of(MessageWriter().integer(1, 10).message()).message, "the file holds no graph");
  EXPECT_EQ(error_of(vendor_model("")).message, "the graph has no node");
  const std::string node = MessageWriter().bytes(1, "").message();
  EXPECT_EQ(error_of(vendor_model(node)).message, "the graph has no output");
}

TEST(Container, same_name_twice_is_corrupt) {
  EXPECT_THAT(
      error_of(with_more_graph(MessageWriter().bytes(5, initializer("npu_params", 1, "x")))),
      testing::Field(&Error::message, HasSubstr("a second initializer \"npu_params\"")));
  EXPECT_THAT(error_of(with_more_graph(MessageWriter().bytes(11, value_info("input", 1, {1})))),
              testing::Field(&Error::message, HasSubstr("a second tensor \"input\"")));
  const std::string entry =
      MessageWriter().bytes(14, MessageWriter().bytes(1, "k").message()).message();
  EXPECT_EQ(error_of(vendor_model(vendor_graph()) + entry + entry),
            (Error{ErrorCode::kCorrupt, "a second metadata entry \"k\""}));
}

TEST(Container, initializer_with_a_negative_dimension_is_corrupt) {
  const Error error =
      error_of(with_more_graph(MessageWriter().bytes(5, initializer("w", -1, "x"))));
  EXPECT_EQ(error.code, ErrorCode::kCorrupt);
  EXPECT_THAT(error.message, HasSubstr("initializer \"w\" has a negative dimension"));
}

TEST(Container, data_in_another_file_is_unsupported) {
  for (const std::string& tensor : {MessageWriter().bytes(8, "w").bytes(13, "").message(),
                                    MessageWriter().bytes(8, "w").integer(14, 1).message()}) {
    const Error error = error_of(with_more_graph(MessageWriter().bytes(5, tensor)));
    EXPECT_EQ(error.code, ErrorCode::kUnsupported);
    EXPECT_THAT(error.message, HasSubstr("initializer \"w\" keeps its data in another file"));
  }
}

TEST(Container, names_in_errors_are_short_and_printable) {
  const std::string name = "\n\x1b[31m\xff" + std::string(100, 'x');
  const Error error =
      error_of(with_more_graph(MessageWriter().bytes(5, initializer(name, -1, ""))));
  EXPECT_THAT(error.message, HasSubstr("\"??[31m?" + std::string(57, 'x') + "...\""));
}

TEST(Container, weights_are_not_touched_wherever_they_lie) {
  constexpr uint64_t kWeights = 3ULL << 30;
  const std::string start = vendor_graph();
  MessageWriter end;
  end.bytes(11, value_info("late", 2, {7}));
  MessageWriter tensor;
  tensor.bytes(8, "big").bytes_header(9, kWeights);
  const std::string weight =
      MessageWriter().bytes_header(5, tensor.message().size() + kWeights).message() +
      tensor.message();
  const uint64_t graph = start.size() + weight.size() + kWeights + end.message().size();
  const std::string front = MessageWriter().bytes_header(7, graph).message() + start + weight;
  const ForbiddenMiddle file(front, kWeights, end.message());
  const auto container = parse_container(file.bytes());
  ASSERT_TRUE(container) << container.error().text();
  EXPECT_EQ(container->weight_bytes(), kWeights + 10);
  EXPECT_EQ(container->groups[0].inputs.back().name, "late");
}

TEST(Container, file_is_read_by_its_path_and_errors_name_it) {
  const TempDir folder;
  const std::string path = folder.path() / "a.axmodel";
  ASSERT_TRUE(layer(2).write(path));
  const auto container = read_container(path);
  ASSERT_TRUE(container) << container.error().text();
  EXPECT_EQ(container->groups.size(), 2u);

  std::ofstream(path) << "version https://git-lfs.github.com/spec/v1\n";
  EXPECT_THAT(read_container(path).error().message, StartsWith(path + ": this is a Git LFS"));
  std::ofstream(path, std::ios::trunc).close();
  EXPECT_EQ(read_container(path).error().message, path + ": the file is empty");
  EXPECT_EQ(read_container(path + ".none").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(read_container(folder.path()).error().code, ErrorCode::kIo);
}

TEST(DataBytes, four_bit_elements_share_a_byte) {
  EXPECT_EQ(data_bytes(ElementType::kInt4, std::vector<int64_t>{3, 3}), 5u);
  EXPECT_EQ(data_bytes(ElementType::kBfloat16, std::vector<int64_t>{1, 63, 16}), 2016u);
  EXPECT_EQ(data_bytes(ElementType::kDouble, {}), 8u);
  EXPECT_EQ(data_bytes(ElementType::kFloat, std::vector<int64_t>{5, 0}), 0u);
}

TEST(DataBytes, there_are_none_for_what_cannot_be_counted) {
  EXPECT_EQ(data_bytes(ElementType::kUndefined, std::vector<int64_t>{1}), std::nullopt);
  EXPECT_EQ(data_bytes(static_cast<ElementType>(9), std::vector<int64_t>{1}), std::nullopt);
  EXPECT_EQ(data_bytes(ElementType::kInt8, std::vector<int64_t>{-1}), std::nullopt);
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  EXPECT_EQ(data_bytes(ElementType::kInt8, std::vector<int64_t>{kMost}), std::nullopt);
  EXPECT_EQ(data_bytes(ElementType::kInt8, std::vector<int64_t>{kMost, kMost}), std::nullopt);
}

}  // namespace
}  // namespace axllama::axmodel
