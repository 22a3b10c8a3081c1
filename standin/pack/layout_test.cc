#include "standin/pack/layout.h"

#include <gtest/gtest.h>

namespace axllama::pack {
namespace {

TEST(Layout, flat_folder_has_everything_at_the_top) {
  const FolderPlan plan =
      plan_folder(Layout::kFlat, TokenizerForm::kAxera, Family::kQwen3, 128, "qwen3-0.6b");
  EXPECT_EQ(plan.layer_template, "qwen3_p128_l%d_together.axmodel");
  EXPECT_EQ(plan.head, "qwen3_post.axmodel");
  EXPECT_EQ(plan.embedding, "model.embed_tokens.weight.bfloat16.bin");
  EXPECT_EQ(plan.tokenizer, "qwen3_tokenizer.txt");
}

TEST(Layout, nested_folder_keeps_the_models_below) {
  const FolderPlan plan =
      plan_folder(Layout::kNested, TokenizerForm::kNone, Family::kQwen2, 256, "tiny");
  EXPECT_EQ(plan.layer_template, "tiny_axmodel/qwen2_p256_l%d_together.axmodel");
  EXPECT_EQ(plan.embedding, "tiny_axmodel/model.embed_tokens.weight.bfloat16.bin");
  EXPECT_EQ(plan.tokenizer, "");
}

TEST(Layout, old_folder_has_a_tokenizer_folder_beside_the_models) {
  const FolderPlan plan =
      plan_folder(Layout::kOld, TokenizerForm::kHuggingFace, Family::kLlama, 128, "tiny");
  EXPECT_EQ(plan.head, "tiny-ax650/llama_post.axmodel");
  EXPECT_EQ(plan.tokenizer, "tiny_tokenizer");
}

TEST(Layout, layers_are_numbered_whatever_the_name_holds) {
  const FolderPlan plan =
      plan_folder(Layout::kOld, TokenizerForm::kNone, Family::kQwen3, 128, "a%db");
  EXPECT_EQ(layer_path(plan, 11), "a%db-ax650/qwen3_p128_l11_together.axmodel");
}

TEST(Layout, only_the_old_one_comes_with_an_empty_config_and_a_tokenizer_folder) {
  EXPECT_EQ(usual_config(Layout::kFlat), ConfigForm::kFull);
  EXPECT_EQ(usual_config(Layout::kNested), ConfigForm::kFull);
  EXPECT_EQ(usual_config(Layout::kOld), ConfigForm::kEmpty);
  EXPECT_EQ(usual_tokenizer(Layout::kNested), TokenizerForm::kAxera);
  EXPECT_EQ(usual_tokenizer(Layout::kOld), TokenizerForm::kHuggingFace);
}

TEST(Layout, names_become_file_names) {
  EXPECT_EQ(file_name_of("Sprout 3M"), "sprout-3m");
  EXPECT_EQ(file_name_of("Qwen3-0.6B"), "qwen3-0.6b");
  EXPECT_EQ(file_name_of("../etc/x"), "etc-x");
  EXPECT_EQ(file_name_of("a%d"), "a-d");
  EXPECT_EQ(file_name_of("..."), "model");
}

}  // namespace
}  // namespace axllama::pack
