#include "standin/pack/plan.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace axllama::pack {
namespace {

using axmodel::ElementType;
using axmodel::Group;
using Dims = std::vector<int64_t>;

const Hyperparameters kQwen3 = {.family = Family::kQwen3,
                                .layers = 28,
                                .hidden = 1024,
                                .heads = 16,
                                .kv_heads = 8,
                                .head_dim = 128,
                                .feed_forward = 3072,
                                .vocabulary = 151936};

Dims input_dims(const Group& group, std::string_view name) {
  for (const auto& tensor : group.inputs) {
    if (tensor.name == name) return tensor.dims;
  }
  return {};
}

TEST(HistoryLadder, takes_every_chunk_while_nine_groups_suffice) {
  EXPECT_EQ(history_ladder(1023, 128), (std::vector<int>{0, 128, 256, 384, 512, 640, 768}));
  EXPECT_EQ(history_ladder(255, 128), (std::vector<int>{0}));
  EXPECT_EQ(history_ladder(256, 128), (std::vector<int>{0, 128}));
  EXPECT_EQ(history_ladder(128, 128), (std::vector<int>{0}));
  EXPECT_EQ(history_ladder(9 * 128, 128).size(), 9U);
}

TEST(HistoryLadder, step_doubles_for_long_contexts) {
  EXPECT_EQ(history_ladder(2047, 128),
            (std::vector<int>{0, 256, 512, 768, 1024, 1280, 1536, 1792}));
  EXPECT_EQ(history_ladder(2559, 512), (std::vector<int>{0, 512, 1024, 1536}));
  EXPECT_LE(history_ladder(131071, 128).size(), 9U);
}

TEST(Contexts, unusable_numbers_are_named) {
  struct Case {
    Contexts contexts;
    const char* message;
  };
  const Case cases[] = {
      {{0, 1023, {0}, {}}, "a chunk of 0 is not within 1 and 4096"},
      {{128, 100, {0}, {}}, "a context of 100 is not within the chunk of 128 and 131072"},
      {{128, 1 << 20, {0}, {}}, "a context of 1048576 is not within the chunk of 128 and 131072"},
      {{128, 1023, {}, {}}, "the history ladder must begin with 0"},
      {{128, 1023, {128}, {}}, "the history ladder must begin with 0"},
      {{128, 1023, {0, 256, 256}, {}}, "the history ladder must grow, but 256 follows 256"},
      {{128, 1023, {0, 1024}, {}}, "a history of 1024 is more than the cache of 1023 holds"},
      {{128, 1023, {0}, {1023}}, "a further decode context of 1023 is not within 1 and 1022"},
      {{128, 1023, {0}, {0}}, "a further decode context of 0 is not within 1 and 1022"},
  };
  for (const Case& each : cases) {
    const auto result = check_contexts(each.contexts);
    ASSERT_FALSE(result) << each.message;
    EXPECT_EQ(result.error().message, each.message);
    EXPECT_EQ(result.error().code, ErrorCode::kInvalidArgument);
  }
  EXPECT_TRUE(check_contexts({128, 1023, {0, 128, 1023}, {255, 511}}));
}

TEST(LayerGroups, have_the_published_order_and_dims) {
  const auto groups = layer_groups(kQwen3, {128, 2559, {0, 512, 1024}, {255}});
  ASSERT_EQ(groups.size(), 5U);
  const struct {
    Dims cache, indices, input, mask;
  } expected[] = {
      {{1, 2559, 1024}, {1, 1}, {1, 1, 1024}, {1, 1, 2560}},
      {{1, 1, 1024}, {1, 128}, {1, 128, 1024}, {1, 128, 128}},
      {{1, 512, 1024}, {1, 128}, {1, 128, 1024}, {1, 128, 640}},
      {{1, 1024, 1024}, {1, 128}, {1, 128, 1024}, {1, 128, 1152}},
      {{1, 255, 1024}, {1, 1}, {1, 1, 1024}, {1, 1, 256}},
  };
  for (size_t i = 0; i < groups.size(); ++i) {
    EXPECT_EQ(input_dims(groups[i], "K_cache"), expected[i].cache) << i;
    EXPECT_EQ(input_dims(groups[i], "V_cache"), expected[i].cache) << i;
    EXPECT_EQ(input_dims(groups[i], "indices"), expected[i].indices) << i;
    EXPECT_EQ(input_dims(groups[i], "input"), expected[i].input) << i;
    EXPECT_EQ(input_dims(groups[i], "mask"), expected[i].mask) << i;
  }
}

TEST(LayerGroups, outputs_are_key_value_and_hidden_state_in_that_order) {
  const auto groups = layer_groups(kQwen3, {128, 1023, {0}, {}});
  const auto& outputs = groups[1].outputs;
  ASSERT_EQ(outputs.size(), 3U);
  EXPECT_EQ(outputs[0].name, "K_cache_out");
  EXPECT_EQ(outputs[1].name, "V_cache_out");
  EXPECT_EQ(outputs[2].name, "output");
  EXPECT_EQ(outputs[0].dims, (Dims{1, 128, 1024}));
  EXPECT_EQ(groups[0].outputs[2].dims, (Dims{1, 1, 1024}));
}

TEST(LayerGroups, only_indices_are_not_bf16) {
  const auto groups = layer_groups(kQwen3, {128, 1023, {0}, {}});
  for (const auto& tensor : groups[0].inputs) {
    EXPECT_EQ(tensor.type,
              tensor.name == "indices" ? ElementType::kUint32 : ElementType::kBfloat16);
  }
}

TEST(LayerGroups, dummy_cache_of_qwen2_is_as_wide_as_the_hidden_state) {
  Hyperparameters qwen2 = kQwen3;
  qwen2.family = Family::kQwen2;
  qwen2.hidden = 1536;
  qwen2.kv_heads = 2;
  const auto groups = layer_groups(qwen2, {128, 1023, {0, 128}, {}});
  EXPECT_EQ(input_dims(groups[1], "K_cache"), (Dims{1, 1, 1536}));
  EXPECT_EQ(input_dims(groups[2], "K_cache"), (Dims{1, 128, 256}));
}

TEST(LayerGroups, dummy_cache_is_as_wide_for_others_when_told) {
  const auto groups = layer_groups(
      kQwen3, {.chunk = 128, .cache = 1023, .history = {0, 128}, .wide_dummy_cache = true});
  EXPECT_EQ(input_dims(groups[1], "V_cache"), (Dims{1, 1, kQwen3.hidden}));
  EXPECT_EQ(input_dims(groups[2], "V_cache"), (Dims{1, 128, kQwen3.kv_size()}));
}

TEST(HeadGroups, give_all_logits_or_the_largest_with_their_ids) {
  const auto all = head_groups(kQwen3, HeadForm::kLogits, 0);
  ASSERT_EQ(all.size(), 1U);
  ASSERT_EQ(all[0].outputs.size(), 1U);
  EXPECT_EQ(all[0].outputs[0].dims, (Dims{1, 1, 151936}));
  const auto some = head_groups(kQwen3, HeadForm::kLogits, 40);
  ASSERT_EQ(some[0].outputs.size(), 2U);
  EXPECT_EQ(some[0].outputs[0].dims, (Dims{1, 1, 40}));
  EXPECT_EQ(some[0].outputs[1].name, "indices");
  EXPECT_EQ(some[0].outputs[1].type, ElementType::kUint32);
  EXPECT_EQ(some[0].outputs[1].dims, (Dims{1, 1, 40}));
}

std::vector<std::string> output_names(HeadForm form, int top_k) {
  const auto groups = head_groups(kQwen3, form, top_k);
  std::vector<std::string> names;
  for (const auto& tensor : groups[0].outputs) names.push_back(tensor.name);
  return names;
}

TEST(HeadGroups, give_the_normed_row_beside_the_logits_or_alone) {
  using Names = std::vector<std::string>;
  EXPECT_EQ(output_names(HeadForm::kBoth, 0), (Names{"output", "output_norm"}));
  EXPECT_EQ(output_names(HeadForm::kBoth, 4), (Names{"output", "output_norm", "indices"}));
  EXPECT_EQ(output_names(HeadForm::kNormed, 0), (Names{"output_norm"}));
  EXPECT_EQ(output_names(HeadForm::kHidden, 0), (Names{"output"}));
  EXPECT_EQ(head_groups(kQwen3, HeadForm::kHidden, 0)[0].outputs[0].dims, (Dims{1, 1, 1024}));
}

TEST(ParseNumbers, lists_and_mistakes) {
  EXPECT_EQ(*parse_numbers("--history", "0,128,256"), (std::vector<int>{0, 128, 256}));
  EXPECT_EQ(*parse_numbers("--history", "7"), (std::vector<int>{7}));
  for (const char* bad : {"", "a", "0,", ",0", "0 128", "0,99999999999", "1.5"}) {
    const auto result = parse_numbers("--history", bad);
    ASSERT_FALSE(result) << bad;
    EXPECT_EQ(result.error().code, ErrorCode::kInvalidArgument);
  }
}

}  // namespace
}  // namespace axllama::pack
