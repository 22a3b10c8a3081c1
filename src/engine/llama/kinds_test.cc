#include <gtest/gtest.h>

#include "engine/llama/test_kit.h"
#include "engine/llama/tiny_models.h"
#include "token/broken_files.h"

namespace axllama {
namespace {

using namespace axllama::test_kit;

LoadSpec spec_of(const std::filesystem::path& path) {
  LoadSpec spec = sprout(0, 2);
  spec.model = path;
  return spec;
}

std::unique_ptr<Engine> load_bert(const ScratchFile& file, FilePooling pooling) {
  write_tiny_bert(file.path(), pooling);
  return load(spec_of(file.path()));
}

std::unique_ptr<Engine> load_mamba(const ScratchFile& file) {
  write_tiny_mamba(file.path());
  return load(spec_of(file.path()));
}

const std::vector<Token> kWords = {2, 10, 11, 12, 3};

TEST(BertModel, embeds_and_does_nothing_else) {
  const ScratchFile file;
  const auto engine = load_bert(file, FilePooling::kMean);
  const EngineInfo& info = engine->info();
  EXPECT_TRUE(info.embeds);
  EXPECT_EQ(info.embedding_size, 32);
  EXPECT_EQ(info.context, 64);
  EXPECT_FALSE(info.can_shift);
  EXPECT_GT(info.memory.at(0).bytes, 10'000U);
  const std::vector<Row> rows = {{0, 10, true}};
  EXPECT_EQ(engine->step(rows, [](size_t, const Logits&) {}, {}).error().code,
            ErrorCode::kUnsupported);
  EXPECT_EQ(engine->copy(0, 1, 0).error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(engine->shift(0, 0, 1).error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(engine->truncate(1, 0), 0);
  EXPECT_EQ(engine->length(1), 0);
}

TEST(BertModel, frames_a_text_with_its_special_tokens) {
  const ScratchFile file;
  const auto engine = load_bert(file, FilePooling::kMean);
  const auto tokens = engine->vocabulary().encode("a c", true, false);
  EXPECT_EQ(tokens, (std::vector<Token>{2, 5, 7, 3}));
}

TEST(BertModel, pools_as_the_file_says) {
  const ScratchFile file;
  const Values mean = *load_bert(file, FilePooling::kMean)->embed(kWords, {});
  const Values first = *load_bert(file, FilePooling::kFirst)->embed(kWords, {});
  EXPECT_EQ(mean.size(), 32U);
  EXPECT_GT(greatest_difference(mean, first), 0.01F);
}

TEST(BertModel, takes_the_mean_when_the_file_names_no_pooling) {
  const ScratchFile file;
  const Values mean = *load_bert(file, FilePooling::kMean)->embed(kWords, {});
  for (const auto pooling : {FilePooling::kUnnamed, FilePooling::kNone}) {
    const auto engine = load_bert(file, pooling);
    EXPECT_TRUE(engine->info().embeds);
    EXPECT_LT(greatest_difference(*engine->embed(kWords, {}), mean), 1e-5F);
  }
}

TEST(BertModel, embeds_texts_up_to_its_context) {
  const ScratchFile file;
  const auto engine = load_bert(file, FilePooling::kMean);
  EXPECT_TRUE(engine->embed(std::vector<Token>(64, 9), {}));
  EXPECT_EQ(engine->embed(std::vector<Token>(65, 9), {}).error().code, ErrorCode::kInvalidArgument);
}

TEST(MambaModel, empties_a_slot_that_it_cannot_truncate) {
  const ScratchFile file;
  const auto engine = load_mamba(file);
  const std::vector<Token> tokens = {50, 60, 70, 80};
  const Values fresh = evaluate(*engine, 0, tokens);
  EXPECT_EQ(engine->truncate(0, 4), 4);
  EXPECT_EQ(engine->truncate(0, 3), 0);
  EXPECT_EQ(engine->length(0), 0);
  EXPECT_LT(greatest_difference(evaluate(*engine, 0, tokens), fresh), 1e-4F);
}

TEST(MambaModel, copies_a_whole_slot_but_no_part_of_one) {
  const ScratchFile file;
  const auto engine = load_mamba(file);
  evaluate(*engine, 0, {50, 60, 70});
  EXPECT_EQ(engine->copy(0, 1, 2).error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(engine->length(1), 0);
  ASSERT_TRUE(engine->copy(0, 1, 3));
  const Values original = evaluate(*engine, 0, {80});
  EXPECT_LT(greatest_difference(evaluate(*engine, 1, {80}), original), 1e-4F);
}

TEST(MambaModel, does_not_shift) {
  const ScratchFile file;
  const auto engine = load_mamba(file);
  EXPECT_FALSE(engine->info().can_shift);
  evaluate(*engine, 0, {50, 60, 70});
  EXPECT_EQ(engine->shift(0, 0, 1).error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(engine->length(0), 3);
}

TEST(MambaModel, a_canceled_step_empties_the_slot_or_leaves_it) {
  const ScratchFile file;
  const auto engine = load_mamba(file);
  evaluate(*engine, 0, {50, 60, 70});
  std::stop_source stop;
  std::vector<Row> rows(60, {0, 90, true});
  const auto done =
      engine->step(rows, [&](size_t, const Logits&) { stop.request_stop(); }, stop.get_token());
  EXPECT_EQ(done.error().code, ErrorCode::kCanceled);
  EXPECT_EQ(engine->length(0), 0);
  const Values after = evaluate(*engine, 0, {50, 60});
  EXPECT_LT(greatest_difference(evaluate(*engine, 1, {50, 60}), after), 1e-4F);
}

TEST(MambaModel, embeds_the_mean_over_its_rows) {
  const ScratchFile file;
  const auto engine = load_mamba(file);
  const auto vector = engine->embed(std::vector<Token>{50, 60, 70}, {});
  ASSERT_TRUE(vector) << vector.error().text();
  EXPECT_EQ(vector->size(), 16U);
  EXPECT_EQ(*engine->embed(std::vector<Token>{50, 60, 70}, {}), *vector);
}

}  // namespace
}  // namespace axllama
