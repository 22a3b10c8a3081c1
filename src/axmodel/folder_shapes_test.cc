#include "axmodel/folder_shapes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "axmodel/folder_test_support.h"

namespace axllama::axmodel {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Container container(std::vector<Group> groups) {
  Container container;
  container.groups = std::move(groups);
  return container;
}

LayerShape shape_of(std::vector<Group> groups) {
  const auto shape = layer_shape(container(std::move(groups)));
  EXPECT_TRUE(shape) << shape.error().text();
  return shape.value_or(LayerShape());
}

Error error_of(std::vector<Group> groups) {
  const auto shape = layer_shape(container(std::move(groups)));
  return shape ? Error{ErrorCode::kInternal, "no error"} : shape.error();
}

// The error when one tensor of one usual group has other dimensions.
Error error_with(size_t group, const char* tensor, std::vector<int64_t> dims) {
  std::vector<Group> groups = usual_groups();
  tensor_of(groups[group], tensor).dims = std::move(dims);
  return error_of(std::move(groups));
}

void expect_contradiction(const Error& error, const char* tensor) {
  EXPECT_EQ(error.code, ErrorCode::kCorrupt);
  EXPECT_THAT(error.message, HasSubstr(tensor));
  EXPECT_THAT(error.message, HasSubstr("contradicts"));
}

TEST(LayerShape, sizes_and_histories_come_from_the_tensors) {
  const LayerShape shape = shape_of(usual_groups());
  EXPECT_EQ(shape.hidden, kHidden);
  EXPECT_EQ(shape.kv_size, kKv);
  EXPECT_EQ(shape.chunk, 8);
  EXPECT_THAT(shape.decode, ElementsAre(DecodeGroup{0, 63}));
  EXPECT_THAT(shape.chunks, ElementsAre(ChunkGroup{1, 0}, ChunkGroup{2, 16}, ChunkGroup{3, 32}));
}

TEST(LayerShape, qwen3_4b_as_published) {
  constexpr auto kBf16 = ElementType::kBfloat16;
  std::vector<Group> groups;
  for (const int history : {2559, 0, 256, 512, 1024, 1536, 2048}) {
    groups.push_back(shaped_group(groups.empty() ? 1 : 128, history, 2560));
    for (const char* name : {"K_cache", "V_cache", "K_cache_out", "V_cache_out"}) {
      Tensor& tensor = tensor_of(groups.back(), name);
      tensor.dims.back() = 1024;
      EXPECT_EQ(tensor.type, kBf16);
    }
  }
  const LayerShape shape = shape_of(groups);
  EXPECT_EQ(shape.decode.back().cache, 2559);
  EXPECT_EQ(shape.chunks.back(), (ChunkGroup{6, 2048}));
  EXPECT_EQ(shape.kv_size, 1024);
}

TEST(LayerShape, groups_may_be_one_two_or_many) {
  EXPECT_EQ(shape_of({shaped_group(1, 63)}).chunk, 0);
  EXPECT_THAT(shape_of({shaped_group(1, 63), shaped_group(8, 0)}).chunks,
              ElementsAre(ChunkGroup{1, 0}));
  std::vector<Group> many = {shaped_group(1, 127)};
  for (int history = 0; history <= 88; history += 8) many.push_back(shaped_group(8, history));
  EXPECT_EQ(shape_of(many).chunks.size(), 12u);
}

TEST(LayerShape, several_decode_groups_are_sorted_by_cache) {
  const LayerShape shape = shape_of({shaped_group(1, 63), shaped_group(8, 16), shaped_group(1, 15),
                                     shaped_group(8, 0), shaped_group(1, 31)});
  EXPECT_THAT(shape.decode,
              ElementsAre(DecodeGroup{2, 15}, DecodeGroup{4, 31}, DecodeGroup{0, 63}));
  EXPECT_THAT(shape.chunks, ElementsAre(ChunkGroup{3, 0}, ChunkGroup{1, 16}));
}

TEST(LayerShape, dummy_cache_without_history_may_be_as_wide_as_the_hidden_state) {
  std::vector<Group> groups = usual_groups();
  for (const char* name : {"K_cache", "V_cache"}) tensor_of(groups[1], name).dims = {1, 1, kHidden};
  EXPECT_EQ(shape_of(groups), shape_of(usual_groups()));
  expect_contradiction(error_with(1, "K_cache", {1, 1, 7}), "K_cache [1, 1, 7] in group 1");
  expect_contradiction(error_with(2, "K_cache", {1, 16, kHidden}), "K_cache [1, 16, 64]");
}

TEST(LayerShape, mask_and_cache_must_stand_for_the_same_history) {
  expect_contradiction(error_with(0, "mask", {1, 1, 63}), "mask [1, 1, 63]");
  expect_contradiction(error_with(2, "mask", {1, 8, 25}), "mask [1, 8, 25]");
  expect_contradiction(error_with(2, "V_cache", {1, 17, kKv}), "V_cache [1, 17, 32] in group 2");
  EXPECT_THAT(error_with(2, "V_cache", {1, 17, kKv}).message,
              HasSubstr("mask [1, 8, 24] stands for 16 earlier and 8 new tokens"));
}

TEST(LayerShape, mask_narrower_than_the_chunk_is_a_contradiction) {
  expect_contradiction(error_with(1, "mask", {1, 8, 7}), "mask [1, 8, 7]");
  expect_contradiction(error_with(1, "mask", {1, 7, 8}), "mask [1, 7, 8]");
}

TEST(LayerShape, rows_of_all_tensors_must_agree) {
  expect_contradiction(error_with(1, "indices", {1, 9}), "indices [1, 9] in group 1");
  expect_contradiction(error_with(1, "output", {1, 9, kHidden}), "output");
  expect_contradiction(error_with(1, "output", {1, 8, kHidden + 1}), "output");
  expect_contradiction(error_with(1, "V_cache_out", {1, 8, kKv + 1}), "V_cache_out");
  expect_contradiction(error_with(0, "K_cache_out", {1, 2, kKv}), "K_cache_out");
}

TEST(LayerShape, groups_must_have_one_hidden_size) {
  const Error error = error_of({shaped_group(1, 63), shaped_group(8, 0, kHidden * 2)});
  EXPECT_EQ(error.code, ErrorCode::kCorrupt);
  EXPECT_THAT(error.message, HasSubstr("group 1 has another hidden"));
}

TEST(LayerShape, chunk_that_reads_more_cache_than_there_is_is_corrupt) {
  const Error error = error_of({shaped_group(1, 63), shaped_group(8, 64)});
  EXPECT_EQ(error.code, ErrorCode::kCorrupt);
  EXPECT_THAT(error.message, HasSubstr("reads 64 rows of cache"));
}

TEST(LayerShape, chunks_of_several_sizes_or_no_decode_group_are_unsupported) {
  EXPECT_EQ(error_of({shaped_group(1, 63), shaped_group(8, 0), shaped_group(16, 8)}),
            (Error{ErrorCode::kUnsupported, "it has chunks of several sizes: 8 and 16 tokens"}));
  EXPECT_THAT(error_of({shaped_group(8, 0)}).message,
              HasSubstr("no group that evaluates one token"));
}

TEST(LayerShape, linear_attention_is_unsupported) {
  Group group = shaped_group(1, 63);
  group.inputs[0].name = "conv_state";
  group.inputs[1].name = "recurrent_state";
  const Error error = error_of({group});
  EXPECT_EQ(error.code, ErrorCode::kUnsupported);
  EXPECT_THAT(error.message, HasSubstr("linear-attention layer"));
  EXPECT_THAT(error.message, HasSubstr("\"recurrent_state\""));
}

TEST(LayerShape, positions_in_three_dimensions_are_unsupported) {
  for (const auto& error : {error_with(1, "indices", {3, 8}), error_with(0, "indices", {3, 1})}) {
    EXPECT_EQ(error.code, ErrorCode::kUnsupported);
    EXPECT_THAT(error.message, HasSubstr("M-RoPE"));
  }
}

TEST(LayerShape, other_tensors_and_types_are_unsupported) {
  Group group = shaped_group(1, 63);
  group.inputs.push_back({"per_layer_input", ElementType::kBfloat16, {1}});
  EXPECT_THAT(error_of({group}).message, HasSubstr("\"per_layer_input\""));
  group = shaped_group(1, 63);
  group.outputs.pop_back();
  EXPECT_THAT(error_of({group}).message, HasSubstr("not a layer"));
  group = shaped_group(1, 63);
  tensor_of(group, "mask").type = ElementType::kFloat;
  EXPECT_EQ(error_of({group}),
            (Error{ErrorCode::kUnsupported,
                   "mask in group 0 has elements of type 1 instead of bfloat16"}));
}

TEST(LayerShape, difference_names_each_size_that_differs) {
  const LayerShape usual = shape_of(usual_groups());
  EXPECT_THAT(difference(usual, usual), IsEmpty());
  EXPECT_EQ(difference(shape_of({shaped_group(1, 31, 128)}), usual),
            "hidden size 128 instead of 64, chunk 0 instead of 8, context 31 instead of 63, "
            "number of groups 1 instead of 4");
  std::vector<Group> swapped = usual_groups();
  std::swap(swapped[2], swapped[3]);
  EXPECT_EQ(difference(shape_of(swapped), usual), "other groups");
}

Result<HeadShape> shape_of(const ContainerWriter& head) {
  return head_shape(container(head.groups));
}

TEST(HeadShape, all_logits_or_the_best_with_their_ids) {
  EXPECT_EQ(shape_of(shaped_head(1000)), (HeadShape{kHidden, 1000, 0}));
  EXPECT_EQ(shape_of(shaped_head(1000, 40)), (HeadShape{kHidden, 40, 40}));
}

TEST(HeadShape, the_row_after_the_final_norm_stands_beside_the_logits_or_alone) {
  EXPECT_EQ(shape_of(normed_head(1000)), (HeadShape{kHidden, 1000, 0, "output_norm"}));
  EXPECT_EQ(shape_of(normed_head(1000, 40)), (HeadShape{kHidden, 40, 40, "output_norm"}));
  EXPECT_EQ(shape_of(normed_head(0)), (HeadShape{kHidden, 0, 0, "output_norm"}));
  EXPECT_EQ(shape_of(shaped_head(kHidden)), (HeadShape{kHidden, 0, 0, "output"}));
}

TEST(HeadShape, the_row_after_the_final_norm_is_as_wide_as_the_one_before) {
  ContainerWriter head = normed_head(1000);
  tensor_of(head.groups[0], "output_norm").dims = {1, 1, kHidden + 1};
  EXPECT_EQ(shape_of(head).error().code, ErrorCode::kCorrupt);
  tensor_of(head.groups[0], "output_norm").dims = {1, 2, kHidden};
  EXPECT_THAT(shape_of(head).error().message, HasSubstr("more than one row"));
}

TEST(HeadShape, ids_and_values_must_be_equally_many) {
  ContainerWriter head = shaped_head(1000, 40);
  tensor_of(head.groups[0], "indices").dims = {1, 1, 41};
  EXPECT_EQ(shape_of(head).error().code, ErrorCode::kCorrupt);
}

TEST(HeadShape, what_is_no_head_is_unsupported) {
  ContainerWriter head = shaped_head();
  head.groups[0].inputs.push_back({"mask", ElementType::kBfloat16, {1}});
  EXPECT_THAT(shape_of(head).error().message, HasSubstr("no head"));
  head = shaped_head(1000, 40);
  head.groups[0].outputs.erase(head.groups[0].outputs.begin());
  EXPECT_THAT(shape_of(head).error().message, HasSubstr("no head"));
  head = shaped_head();
  head.groups[0].outputs[0].type = ElementType::kFloat;
  EXPECT_THAT(shape_of(head).error().message, HasSubstr("instead of bfloat16"));
  head = shaped_head();
  head.groups[0].inputs[0].dims = {1, 64, kHidden};
  EXPECT_THAT(shape_of(head).error().message, HasSubstr("more than one row"));
  EXPECT_EQ(shape_of(head).error().code, ErrorCode::kUnsupported);
}

}  // namespace
}  // namespace axllama::axmodel
