#include <gtest/gtest.h>
#include <llama.h>

#include "engine/llama/context.h"
#include "engine/llama/test_kit.h"

namespace axllama {
namespace {

using namespace axllama::test_kit;

double cosine(const Values& a, const Values& b) {
  double dot = 0, aa = 0, bb = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    dot += double{a[i]} * double{b[i]};
    aa += double{a[i]} * double{a[i]};
    bb += double{b[i]} * double{b[i]};
  }
  return dot / std::sqrt(aa * bb);
}

TEST(LlamaEmbed, a_generating_model_embeds_too) {
  const auto engine = load(sprout());
  const auto vector = engine->embed(tokens_of(*engine, "the capital of France"), {});
  ASSERT_TRUE(vector) << vector.error().text();
  EXPECT_EQ(static_cast<int>(vector->size()), engine->info().embedding_size);
  EXPECT_TRUE(std::ranges::all_of(*vector, [](float x) { return std::isfinite(x); }));
}

TEST(LlamaEmbed, the_same_text_has_the_same_vector) {
  const auto engine = load(sprout());
  const auto tokens = tokens_of(*engine, "the capital of France");
  const Values first = *engine->embed(tokens, {});
  (void)engine->embed(tokens_of(*engine, "other words in between"), {});
  EXPECT_EQ(*engine->embed(tokens, {}), first);
}

TEST(LlamaEmbed, different_texts_have_different_vectors) {
  const auto engine = load(sprout());
  const Values a = *engine->embed(tokens_of(*engine, "the capital of France"), {});
  const Values b = *engine->embed(tokens_of(*engine, "12 + 30 = 42"), {});
  EXPECT_LT(cosine(a, b), 0.99);
}

// The mean as libllama itself takes it, over the whole text in one piece.
Values mean_of_libllama(const std::vector<Token>& tokens) {
  const Model model = *load_model(sprout(), {});
  const ThreadPool pool = *make_thread_pool(1);
  ContextSpec spec;
  spec.tokens = spec.rows = spec.outputs = static_cast<int>(tokens.size());
  spec.embeddings = true;
  spec.pooling = Pooling::kMean;
  const auto context = *Context::make(model.get(), pool.get(), spec);
  RowBatch batch;
  for (size_t i = 0; i < tokens.size(); ++i) batch.add(tokens[i], static_cast<int>(i), 0, true);
  EXPECT_TRUE(context->run(batch, {}));
  const float* mean = llama_get_embeddings_seq(context->get(), 0);
  return {mean, mean + 192};
}

TEST(LlamaEmbed, a_vector_in_chunks_is_the_mean_over_the_whole_text) {
  std::vector<Token> tokens;
  for (int i = 0; i < 700; ++i) tokens.push_back(100 + i);  // more than a chunk
  const Values vector = *load(sprout(1024, 1))->embed(tokens, {});
  const Values expected = mean_of_libllama(tokens);
  EXPECT_LT(greatest_difference(vector, expected), 0.02F);
  EXPECT_GT(cosine(vector, expected), 0.9999);
}

TEST(LlamaEmbed, a_text_longer_than_all_before_makes_room_and_changes_nothing) {
  LoadSpec spec = sprout(1024, 1);
  const auto engine = load(spec);
  const auto tokens = tokens_of(*engine, "the capital of France");
  const Values first = *engine->embed(tokens, {});
  const std::vector<Token> longest(1024, 7);
  const auto vector = engine->embed(longest, {});
  ASSERT_TRUE(vector) << vector.error().text();
  EXPECT_LT(greatest_difference(*engine->embed(tokens, {}), first), 1e-4F);
}

TEST(LlamaEmbed, the_slots_are_untouched) {
  const auto engine = load(sprout());
  const auto tokens = tokens_of(*engine, "the capital of France is");
  const Values undisturbed = evaluate(*engine, 1, tokens);
  evaluate(*engine, 0, {tokens.begin(), tokens.end() - 1});
  ASSERT_TRUE(engine->embed(tokens_of(*engine, "something else"), {}));
  EXPECT_EQ(engine->length(0), static_cast<int>(tokens.size()) - 1);
  EXPECT_LT(greatest_difference(evaluate(*engine, 0, {tokens.back()}), undisturbed), 1e-3F);
}

TEST(LlamaEmbed, no_tokens_too_many_and_impossible_ones_are_refused) {
  const auto engine = load(sprout(256, 1));
  const auto code = [&](const std::vector<Token>& tokens) {
    const auto vector = engine->embed(tokens, {});
    EXPECT_FALSE(vector);
    return vector ? ErrorCode::kInternal : vector.error().code;
  };
  EXPECT_EQ(code({}), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code(std::vector<Token>(257, 5)), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code({5, 2048}), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code({-1}), ErrorCode::kInvalidArgument);
  EXPECT_TRUE(engine->embed(std::vector<Token>(256, 5), {}));
}

}  // namespace
}  // namespace axllama
