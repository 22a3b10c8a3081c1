#include "store/unconverted.h"

#include <gtest/gtest.h>

namespace axllama::store {
namespace {

TEST(Unconverted, is_told_by_the_name) {
  for (const char* name : {"model.safetensors", "a/model-00001-of-00002.safetensors",
                           "pytorch_model.bin", "consolidated.00.pth"}) {
    EXPECT_TRUE(is_unconverted(name)) << name;
  }
  for (const char* name : {"model.gguf", "embed_tokens.weight.bfloat16.bin", "config.json",
                           "safetensors", "model.safetensors.index.json"}) {
    EXPECT_FALSE(is_unconverted(name)) << name;
  }
}

TEST(Unconverted, the_error_names_the_ways) {
  const Error error = refuse_unconverted("m/model.safetensors").error();
  EXPECT_EQ(error.code, ErrorCode::kUnsupported);
  EXPECT_NE(error.message.find("m/model.safetensors"), std::string::npos);
  EXPECT_NE(error.hint.find("convert_hf_to_gguf.py"), std::string::npos);
  EXPECT_NE(error.hint.find("hf.co/"), std::string::npos);
}

}  // namespace
}  // namespace axllama::store
