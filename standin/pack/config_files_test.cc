#include "standin/pack/config_files.h"

#include <gtest/gtest.h>

namespace axllama::pack {
namespace {

TEST(ConfigFiles, tokenizer_type_follows_the_family) {
  EXPECT_EQ(usual_tokenizer_type(Family::kQwen3, {}), "Qwen3");
  EXPECT_EQ(usual_tokenizer_type(Family::kQwen2, {}), "Qwen2_5");
}

TEST(ConfigFiles, llama_needs_chatml_for_one) {
  EXPECT_EQ(usual_tokenizer_type(Family::kLlama, {}), "");
  const Tokenizer chatml = {.tokens = {"a", "<|im_start|>"}};
  EXPECT_EQ(usual_tokenizer_type(Family::kLlama, chatml), "SmolLM2");
}

TEST(ConfigFiles, only_scripts_for_pcie_name_devices) {
  EXPECT_EQ(run_script({}, "main_ax650").find("--devices"), std::string::npos);
  EXPECT_NE(run_script({}, "main_axcl_x86").find("--devices 0"), std::string::npos);
}

TEST(ConfigFiles, readme_says_that_no_real_card_can_run_it) {
  EXPECT_NE(readme({}).find("a real AX650 can't run them"), std::string::npos);
}

}  // namespace
}  // namespace axllama::pack
