#include "engine/llama/adapter.h"

#include <gtest/gtest.h>

#include "engine/llama/test_kit.h"
#include "engine/llama/tiny_models.h"
#include "token/broken_files.h"

namespace axllama {
namespace {

using namespace axllama::test_kit;

constexpr int64_t kSize = 192,
                  kInner = 512;  // of Sprout's embeddings, and of its feed-forward part
constexpr const char* kText = "The capital of France is";

class AdapterTest : public testing::Test {
 protected:
  LoadSpec with(const TinyAdapter& adapter) {
    write_tiny_adapter(file_.path(), adapter);
    LoadSpec spec = sprout();
    spec.adapter = file_.path();
    return spec;
  }
  static TinyAdapter feed_forward(float size) {
    return {.tensor = "blk.1.ffn_gate.weight", .from = kSize, .to = kInner, .size = size};
  }

  ScratchFile file_;
};

Values logits(Engine& engine) {
  return evaluate(engine, 0, tokens_of(engine, kText));
}

TEST_F(AdapterTest, one_of_zeros_changes_nothing) {
  const auto plain = load(sprout());
  const auto adapted = load(with(feed_forward(0)));
  EXPECT_EQ(logits(*adapted), logits(*plain));
}

TEST_F(AdapterTest, it_is_in_logits_and_embeddings_and_in_every_slot) {
  const auto plain = load(sprout());
  const auto adapted = load(with(feed_forward(0.3F)));
  const Values changed = logits(*adapted);
  EXPECT_NE(changed, logits(*plain));
  EXPECT_EQ(evaluate(*adapted, 1, tokens_of(*adapted, kText)), changed);
  const auto tokens = tokens_of(*plain, kText);
  EXPECT_NE(or_throw(adapted->embed(tokens, {})), or_throw(plain->embed(tokens, {})));
  EXPECT_GT(adapted->info().memory.at(0).bytes, plain->info().memory.at(0).bytes);
}

TEST_F(AdapterTest, one_for_another_model_is_refused) {
  const auto code = [](const LoadSpec& spec) { return load_llama_engine(spec).error().code; };
  TinyAdapter wider = feed_forward(0.3F);
  wider.from = 2 * kSize;
  EXPECT_EQ(code(with(wider)), ErrorCode::kCorrupt);
  TinyAdapter elsewhere = feed_forward(0.3F);
  elsewhere.tensor = "blk.99.ffn_gate.weight";
  EXPECT_EQ(code(with(elsewhere)), ErrorCode::kCorrupt);
  TinyAdapter foreign = feed_forward(0.3F);
  foreign.family = "llama";
  EXPECT_EQ(code(with(foreign)), ErrorCode::kCorrupt);
}

TEST_F(AdapterTest, what_is_no_adapter_is_refused) {
  LoadSpec spec = sprout();
  spec.adapter = kSprout;
  const auto model = load_llama_engine(spec);
  ASSERT_FALSE(model);
  EXPECT_EQ(model.error().code, ErrorCode::kCorrupt);
  EXPECT_NE(model.error().message.find("can't load the adapter"), std::string::npos);
  spec.adapter = "/nowhere/lora.gguf";
  EXPECT_EQ(load_llama_engine(spec).error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace axllama
