#include "axmodel/onnx_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "axmodel/protobuf_writer.h"

namespace axllama::axmodel {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using namespace std::string_literals;

Result<OnnxModel> read(const std::string& bytes) {
  return read_onnx_model(std::as_bytes(std::span(bytes)));
}

std::string model_of(const MessageWriter& graph) {
  return MessageWriter().bytes(7, graph.message()).message();
}

// The one initializer of a model; `bytes` keeps the file alive.
OnnxTensor tensor_of(const MessageWriter& tensor) {
  const auto model = read(model_of(MessageWriter().bytes(5, tensor.message())));
  EXPECT_TRUE(model) << model.error().text();
  OnnxTensor found = model ? model->initializers.at(0) : OnnxTensor{};
  found.name = {};  // a view into what is gone
  return found;
}

std::string why_not(const MessageWriter& graph) {
  const auto model = read(model_of(graph));
  return model ? "no error" : model.error().message;
}

Error error_of_many(uint32_t field, size_t count) {
  MessageWriter graph;
  for (size_t i = 0; i < count; ++i) graph.bytes(field, "");
  const auto model = read(model_of(graph));
  return model ? Error{ErrorCode::kInternal, "no error"} : model.error();
}

TEST(OnnxModel, unknown_fields_of_every_type_are_skipped) {
  const std::string strange =
      "\x98\x06\x01\x9a\x06\x02xx\x9d\x06"s + "1234" + "\x99\x06" + "12345678";
  const auto model = read(strange + MessageWriter().bytes(7, strange).message() + strange);
  ASSERT_TRUE(model) << model.error().text();
  EXPECT_TRUE(model->has_graph);
}

TEST(OnnxModel, node_keeps_its_names_in_order) {
  const std::string bytes = model_of(MessageWriter().bytes(
      1, MessageWriter().bytes(1, "b").bytes(1, "a").bytes(2, "c").bytes(4, "neu mode").message()));
  const auto model = read(bytes);
  ASSERT_TRUE(model);
  ASSERT_EQ(model->nodes.size(), 1u);
  EXPECT_THAT(model->nodes[0].inputs, ElementsAre("b", "a"));
  EXPECT_THAT(model->nodes[0].outputs, ElementsAre("c"));
  EXPECT_EQ(model->nodes[0].op_type, "neu mode");
}

TEST(OnnxModel, graph_in_two_parts_is_merged) {
  const auto model =
      read(model_of(MessageWriter().bytes(1, "")) + model_of(MessageWriter().bytes(1, "")));
  ASSERT_TRUE(model);
  EXPECT_EQ(model->nodes.size(), 2u);
}

TEST(OnnxModel, dimensions_of_an_input_may_be_named_or_missing) {
  const std::string dims = MessageWriter()
                               .bytes(1, MessageWriter().integer(1, 3).message())
                               .bytes(1, MessageWriter().bytes(2, "batch").message())
                               .bytes(1, "")
                               .message();
  const std::string type = MessageWriter().integer(1, 16).bytes(2, dims).message();
  const std::string input =
      MessageWriter().bytes(1, "x").bytes(2, MessageWriter().bytes(1, type).message()).message();
  const std::string bytes = model_of(MessageWriter().bytes(11, input));
  const auto model = read(bytes);
  ASSERT_TRUE(model) << model.error().text();
  EXPECT_EQ(model->inputs.at(0).type, 16);
  EXPECT_TRUE(model->inputs.at(0).has_shape);
  EXPECT_THAT(model->inputs.at(0).dims, ElementsAre(3, std::nullopt, std::nullopt));
}

TEST(OnnxModel, dimensions_of_a_tensor_may_be_packed) {
  EXPECT_THAT(tensor_of(MessageWriter().integer(1, 2).integer(1, 300)).dims, ElementsAre(2, 300));
  EXPECT_THAT(tensor_of(MessageWriter().bytes(1, "\x02\xac\x02").integer(1, 5)).dims,
              ElementsAre(2, 300, 5));
}

TEST(OnnxModel, raw_data_is_found) {
  const OnnxTensor tensor = tensor_of(MessageWriter().bytes(9, "data"));
  EXPECT_TRUE(tensor.raw);
  EXPECT_EQ(tensor.data_bytes, 4u);
  EXPECT_EQ(tensor.data_offset, 6u);
}

TEST(OnnxModel, values_in_typed_lists_are_counted_as_they_lie_there) {
  for (const uint32_t field : {4, 5, 6, 7, 10, 11}) {
    const OnnxTensor packed = tensor_of(MessageWriter().bytes(field, "12345678").bytes(field, "9"));
    EXPECT_FALSE(packed.raw);
    EXPECT_EQ(packed.data_bytes, 9u);
    EXPECT_EQ(packed.data_offset, 6u);
  }
  const OnnxTensor single = tensor_of(MessageWriter().integer(7, 1).integer(7, 300));
  EXPECT_FALSE(single.raw);
  EXPECT_EQ(single.data_bytes, 3u);
}

TEST(OnnxModel, field_of_the_wrong_type_is_corrupt) {
  EXPECT_THAT(why_not(MessageWriter().integer(1, 1)), HasSubstr("field 1 holds a number"));
  EXPECT_THAT(why_not(MessageWriter().integer(5, 1)), HasSubstr("field 5 holds a number"));
  EXPECT_THAT(why_not(MessageWriter().bytes(5, MessageWriter().bytes(2, "x").message())),
              HasSubstr("at byte 4: field 2 holds bytes instead of a number"));
  EXPECT_THAT(why_not(MessageWriter().bytes(11, MessageWriter().integer(2, 1).message())),
              HasSubstr("field 2 holds a number instead of bytes"));
}

TEST(OnnxModel, more_than_4096_of_anything_is_unsupported) {
  for (const uint32_t field : {1, 5, 11, 12}) {
    EXPECT_EQ(error_of_many(field, 4096).message, "no error");
    const Error error = error_of_many(field, 4097);
    EXPECT_EQ(error.code, ErrorCode::kUnsupported);
    EXPECT_THAT(error.message, HasSubstr("more than 4096"));
  }
  MessageWriter node;
  MessageWriter metadata;
  for (int i = 0; i < 4097; ++i) node.bytes(1, "");
  for (int i = 0; i < 4097; ++i) metadata.bytes(14, "");
  EXPECT_THAT(why_not(MessageWriter().bytes(1, node.message())), HasSubstr("tensors of one node"));
  EXPECT_THAT(read(metadata.message()).error().message, HasSubstr("more than 4096 metadata"));
}

TEST(OnnxModel, more_than_64_dimensions_are_unsupported) {
  const std::string dims(65, '\1');
  EXPECT_THAT(why_not(MessageWriter().bytes(5, MessageWriter().bytes(1, dims).message())),
              HasSubstr("more than 64 dimensions"));
  MessageWriter shape;
  for (int i = 0; i < 65; ++i) shape.bytes(1, "");
  const std::string type = MessageWriter().bytes(2, shape.message()).message();
  const std::string value =
      MessageWriter().bytes(2, MessageWriter().bytes(1, type).message()).message();
  EXPECT_THAT(why_not(MessageWriter().bytes(11, value)), HasSubstr("more than 64 dimensions"));
}

}  // namespace
}  // namespace axllama::axmodel
