#include "axmodel/groups.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace axllama::axmodel {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

OnnxValue value(std::string_view name, std::vector<std::optional<int64_t>> dims = {1, 4}) {
  OnnxValue value;
  value.offset = 77;
  value.name = name;
  value.type = static_cast<int64_t>(ElementType::kBfloat16);
  value.has_shape = true;
  value.dims = std::move(dims);
  return value;
}

OnnxNode node(std::vector<std::string_view> inputs, std::vector<std::string_view> outputs) {
  return {"neu mode", std::move(inputs), std::move(outputs)};
}

OnnxTensor tensor(std::string_view name) {
  OnnxTensor tensor;
  tensor.name = name;
  return tensor;
}

std::vector<std::string> names(const std::vector<Tensor>& tensors) {
  std::vector<std::string> names;
  for (const Tensor& tensor : tensors) names.push_back(tensor.name);
  return names;
}

// A model of two groups that the tests change.
OnnxModel two_groups() {
  OnnxModel model;
  model.nodes = {node({"mask", "input", "npu_params"}, {"output"}),
                 node({"input_1", "mask_1", "npu_params"}, {"output_1"})};
  model.initializers = {tensor("npu_params")};
  model.inputs = {value("input"), value("mask"), value("input_1", {8, 4}), value("mask_1", {8, 9})};
  model.outputs = {value("output"), value("output_1", {8, 4})};
  return model;
}

// Of a model that is not in shape groups: all inputs under their own names.
std::vector<std::string> names_in_one_group(const OnnxModel& model) {
  const auto groups = find_groups(model);
  EXPECT_TRUE(groups) << groups.error().text();
  if (!groups || groups->size() != 1) return {"not one group"};
  return names(groups->front().inputs);
}

Error error_of(const OnnxModel& model) {
  const auto groups = find_groups(model);
  return groups ? Error{ErrorCode::kInternal, "no error"} : groups.error();
}

Error error_with_input(const OnnxValue& input) {
  OnnxModel model = two_groups();
  model.inputs[0] = input;
  return error_of(model);
}

TEST(Groups, each_node_is_one_in_the_order_of_the_first_ones_tensors) {
  const auto groups = find_groups(two_groups());
  ASSERT_TRUE(groups) << groups.error().text();
  ASSERT_EQ(groups->size(), 2u);
  for (const Group& group : *groups) {
    EXPECT_THAT(names(group.inputs), ElementsAre("mask", "input"));
    EXPECT_THAT(names(group.outputs), ElementsAre("output"));
  }
  EXPECT_THAT((*groups)[1].inputs[0].dims, ElementsAre(8, 9));
  EXPECT_THAT((*groups)[1].inputs[1].dims, ElementsAre(8, 4));
}

TEST(Groups, one_node_keeps_names_that_end_in_numbers) {
  OnnxModel model;
  model.nodes = {node({"input", "input_1"}, {"K_cache_out", "output_0"})};
  model.inputs = {value("input"), value("input_1")};
  model.outputs = {value("K_cache_out"), value("output_0")};
  const auto groups = find_groups(model);
  ASSERT_TRUE(groups);
  ASSERT_EQ(groups->size(), 1u);
  EXPECT_THAT(names(groups->front().inputs), ElementsAre("input", "input_1"));
  EXPECT_THAT(names(groups->front().outputs), ElementsAre("K_cache_out", "output_0"));
}

TEST(Groups, names_with_numbers_of_their_own_get_only_the_suffix_stripped) {
  OnnxModel model;
  model.nodes = {node({"x_1"}, {"y_2"}), node({"x_1_1"}, {"y_2_1"})};
  model.inputs = {value("x_1"), value("x_1_1")};
  model.outputs = {value("y_2"), value("y_2_1")};
  const auto groups = find_groups(model);
  ASSERT_TRUE(groups);
  ASSERT_EQ(groups->size(), 2u);
  EXPECT_THAT(names((*groups)[1].inputs), ElementsAre("x_1"));
  EXPECT_THAT(names((*groups)[1].outputs), ElementsAre("y_2"));
}

TEST(Groups, nodes_that_feed_each_other_are_one_group) {
  OnnxModel model;
  model.nodes = {node({"image"}, {"features"}), node({"features"}, {"boxes"})};
  model.inputs = {value("image")};
  model.outputs = {value("boxes")};
  EXPECT_THAT(names_in_one_group(model), ElementsAre("image"));
}

TEST(Groups, nodes_with_different_names_are_one_group) {
  OnnxModel model = two_groups();
  model.nodes[1].inputs = {"input_2", "mask_1"};
  model.inputs[2].name = "input_2";
  EXPECT_THAT(names_in_one_group(model), ElementsAre("input", "mask", "input_2", "mask_1"));
}

TEST(Groups, nodes_that_share_an_input_are_one_group) {
  OnnxModel model;
  model.nodes = {node({"image"}, {"class"}), node({"image"}, {"class_1"})};
  model.inputs = {value("image")};
  model.outputs = {value("class"), value("class_1")};
  EXPECT_THAT(names_in_one_group(model), ElementsAre("image"));
}

TEST(Groups, input_that_no_node_uses_leaves_one_group) {
  OnnxModel model = two_groups();
  model.inputs.push_back(value("extra"));
  EXPECT_EQ(names_in_one_group(model).size(), 5u);
}

TEST(Groups, node_that_lacks_an_input_leaves_one_group) {
  OnnxModel model = two_groups();
  model.nodes[1].inputs.pop_back();
  model.nodes[1].inputs.pop_back();
  EXPECT_EQ(names_in_one_group(model).size(), 4u);
}

TEST(Groups, inputs_that_are_initializers_do_not_count_whatever_their_shape) {
  OnnxModel model = two_groups();
  model.inputs.insert(model.inputs.begin(), value("npu_params", {0}));
  model.nodes[0].inputs.push_back("");
  const auto groups = find_groups(model);
  ASSERT_TRUE(groups) << groups.error().text();
  EXPECT_EQ(groups->size(), 2u);
}

TEST(Groups, scalar_has_one_element) {
  OnnxModel model = two_groups();
  model.inputs[0].dims.clear();
  const auto groups = find_groups(model);
  ASSERT_TRUE(groups);
  EXPECT_EQ((*groups)[0].inputs[1].bytes(), 2u);
}

TEST(Groups, name_twice_or_none_is_corrupt) {
  EXPECT_EQ(error_with_input(value("mask")),
            (Error{ErrorCode::kCorrupt, "at byte 77: a second tensor \"mask\""}));
  EXPECT_THAT(error_with_input(value("")).message, HasSubstr("without a name"));
}

TEST(Groups, graph_without_output_is_corrupt) {
  OnnxModel model = two_groups();
  model.outputs.clear();
  EXPECT_EQ(error_of(model).message, "the graph has no output");
}

TEST(Groups, dimension_below_one_is_corrupt) {
  EXPECT_EQ(error_with_input(value("input", {1, 0})),
            (Error{ErrorCode::kCorrupt, "at byte 77: tensor \"input\" has a dimension of 0"}));
  EXPECT_THAT(error_with_input(value("input", {-3})).message, HasSubstr("a dimension of -3"));
}

TEST(Groups, variable_or_missing_shape_is_unsupported) {
  const Error variable = error_with_input(value("input", {1, std::nullopt}));
  EXPECT_EQ(variable.code, ErrorCode::kUnsupported);
  EXPECT_THAT(variable.message, HasSubstr("variable size"));
  OnnxValue shapeless = value("input", {});
  shapeless.has_shape = false;
  EXPECT_THAT(error_with_input(shapeless).message, HasSubstr("has no shape"));
}

TEST(Groups, element_type_of_unknown_size_is_unsupported) {
  for (const int64_t type : {int64_t{0}, int64_t{8}, int64_t{-1}, (int64_t{1} << 32) + 1}) {
    OnnxValue strange = value("input");
    strange.type = type;
    const Error error = error_with_input(strange);
    EXPECT_EQ(error.code, ErrorCode::kUnsupported);
    EXPECT_THAT(error.message, HasSubstr("the unknown type " + std::to_string(type)));
  }
}

TEST(Groups, tensor_of_four_gibibytes_is_unsupported_and_one_element_less_is_not) {
  constexpr int64_t kElements = int64_t{1} << 31;  // of two bytes
  EXPECT_EQ(error_with_input(value("input", {kElements - 1})).message, "no error");
  for (const int64_t size : {kElements, int64_t{1} << 62}) {
    const Error error = error_with_input(value("input", {size}));
    EXPECT_EQ(error.code, ErrorCode::kUnsupported);
    EXPECT_THAT(error.message, HasSubstr("4 GiB"));
  }
  EXPECT_THAT(error_with_input(value("input", {1LL << 32, 1LL << 32})).message, HasSubstr("4 GiB"));
}

}  // namespace
}  // namespace axllama::axmodel
