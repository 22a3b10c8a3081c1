#include "standin/pack/options.h"

#include <gtest/gtest.h>

namespace axllama::pack {
namespace {

ParsedCommandLine parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "axllama-pack");
  return parse_command_line(static_cast<int>(arguments.size()), arguments.data());
}

TEST(Options, source_and_folder_get_the_flat_layout) {
  const auto parsed = parse({"model.gguf", "out"});
  ASSERT_TRUE(parsed.run) << parsed.output;
  EXPECT_EQ(parsed.run->source, "model.gguf");
  EXPECT_EQ(parsed.run->folder, "out");
  EXPECT_EQ(parsed.run->pack.layout, Layout::kFlat);
  EXPECT_EQ(parsed.run->pack.config, ConfigForm::kFull);
  EXPECT_EQ(parsed.run->pack.contexts.history, history_ladder(1023, 128));
}

TEST(Options, old_layout_brings_its_usual_config_and_tokenizer) {
  const auto parsed = parse({"--layout", "old", "m", "o"});
  ASSERT_TRUE(parsed.run) << parsed.output;
  EXPECT_EQ(parsed.run->pack.config, ConfigForm::kEmpty);
  EXPECT_EQ(parsed.run->pack.tokenizer, TokenizerForm::kHuggingFace);
}

TEST(Options, everything_can_be_said) {
  const auto parsed = parse({"m",        "o",
                             "--force",  "--chunk",
                             "64",       "--context",
                             "511",      "--history",
                             "0,64,256", "--decode-contexts",
                             "127,255",  "--weights",
                             "int4",     "--head-weights",
                             "bf16",     "--post-topk",
                             "40",       "--tokenizer",
                             "axera",    "--tokenizer-kind",
                             "bpe",      "--config",
                             "full",     "--tokenizer-type",
                             "MiniCPM5", "--name",
                             "x",        "--producer-version",
                             "6.0"});
  ASSERT_TRUE(parsed.run) << parsed.output;
  const PackOptions& pack = parsed.run->pack;
  EXPECT_TRUE(parsed.run->force);
  EXPECT_EQ(pack.contexts, (Contexts{64, 511, {0, 64, 256}, {127, 255}}));
  EXPECT_EQ(pack.weights, WeightType::kInt4);
  EXPECT_EQ(pack.head_weights, WeightType::kBf16);
  EXPECT_EQ(pack.top_k, 40);
  EXPECT_EQ(pack.text_kind, TextKind::kHuggingFaceBpe);
  EXPECT_EQ(pack.tokenizer_type, "MiniCPM5");
  EXPECT_EQ(pack.name, "x");
  EXPECT_EQ(pack.producer_version, "6.0");
}

TEST(Options, head_of_int4_models_is_int8_as_published) {
  EXPECT_EQ(parse({"m", "o", "--weights", "int4"}).run->pack.head_weights, WeightType::kInt8);
  EXPECT_EQ(parse({"m", "o", "--weights", "int8"}).run->pack.head_weights, WeightType::kInt8);
  EXPECT_EQ(parse({"m", "o"}).run->pack.head_weights, WeightType::kBf16);
}

TEST(Options, dummy_cache_is_wide_when_told) {
  EXPECT_FALSE(parse({"m", "o"}).run->pack.contexts.wide_dummy_cache);
  EXPECT_TRUE(parse({"m", "o", "--wide-dummy-cache"}).run->pack.contexts.wide_dummy_cache);
}

TEST(Options, embedding_brings_a_head_with_the_normed_row_unless_told) {
  const auto usual = parse({"m", "o", "--embedding", "own"});
  ASSERT_TRUE(usual.run) << usual.output;
  EXPECT_TRUE(usual.run->pack.embedding);
  EXPECT_EQ(usual.run->pack.pooling, std::nullopt);
  EXPECT_EQ(usual.run->pack.head, HeadForm::kBoth);
  const auto told =
      parse({"m", "o", "--embedding", "mean", "--post-outputs", "hidden", "--layout", "old"});
  ASSERT_TRUE(told.run) << told.output;
  EXPECT_EQ(told.run->pack.pooling, axmodel::EmbeddingPooling::kMean);
  EXPECT_EQ(told.run->pack.head, HeadForm::kHidden);
  EXPECT_EQ(parse({"m", "o"}).run->pack.head, HeadForm::kLogits);
}

TEST(Options, shape_has_the_published_contexts_unless_told) {
  const auto usual = parse({"--shape", "qwen3-4b", "--quant", "int4", "o"});
  ASSERT_TRUE(usual.run) << usual.output;
  EXPECT_EQ(usual.run->quantisation, ShapeQuantisation::kInt4);
  EXPECT_EQ(usual.run->pack.contexts.cache, 2559);
  EXPECT_EQ(usual.run->pack.contexts.history.back(), 2048);
  const auto told = parse({"--shape", "qwen3-4b", "o", "--context", "1023"});
  ASSERT_TRUE(told.run) << told.output;
  EXPECT_EQ(told.run->pack.contexts.history, history_ladder(1023, 128));
}

TEST(Options, mistakes_have_exit_code_2_and_say_what) {
  const struct {
    std::vector<const char*> arguments;
    const char* message;
  } cases[] = {
      {{}, "required"},
      {{"only"}, "SOURCE and OUT_FOLDER are needed"},
      {{"a", "b", "c"}, "c"},
      {{"--shape", "qwen3-4b", "m", "o"}, "only OUT_FOLDER"},
      {{"--shape", "gpt", "o"}, "no shape is called \"gpt\""},
      {{"--quant", "w8", "m", "o"}, "--shape"},
      {{"--shape", "qwen3-4b", "o", "--weights", "int8"}, "excludes"},
      {{"m", "o", "--weights", "fp8"}, "fp8"},
      {{"m", "o", "--history", "1,x"}, "--history"},
      {{"m", "o", "--history", "128"}, "must begin with 0"},
      {{"m", "o", "--chunk", "0"}, "a chunk of 0"},
      {{"m", "o", "--context", "many"}, "many"},
      {{"m", "o", "--layout", "round"}, "round"},
      {{"m", "o", "--tokenizer", "hf", "--tokenizer-kind", "bpe"}, "--tokenizer-kind"},
      {{"m", "o", "--config", "empty", "--tokenizer-type", "Qwen3"}, "--tokenizer-type"},
      {{"m", "o", "--embedding", "max"}, "max"},
      {{"m", "o", "--post-outputs", "norm"}, "--embedding"},
      {{"m", "o", "--embedding", "last", "--post-outputs", "norm", "--post-topk", "4"}, "logits"},
      {{"m", "o", "--embedding", "last", "--layout", "old"}, "--config full"},
      {{"m", "o", "--unknown"}, "--unknown"},
  };
  for (const auto& each : cases) {
    const auto parsed = parse(each.arguments);
    EXPECT_FALSE(parsed.run) << each.message;
    EXPECT_EQ(parsed.exit_code, 2) << each.message;
    EXPECT_NE(parsed.output.find(each.message), std::string::npos) << parsed.output;
  }
}

TEST(Options, help_names_every_option) {
  const auto parsed = parse({"--help"});
  EXPECT_FALSE(parsed.run);
  EXPECT_EQ(parsed.exit_code, 0);
  for (const char* option : {"--shape",
                             "--quant",
                             "--force",
                             "--layout",
                             "--name",
                             "--tokenizer",
                             "--tokenizer-kind",
                             "--tokenizer-type",
                             "--config",
                             "--producer-version",
                             "--chunk",
                             "--context",
                             "--history",
                             "--decode-contexts",
                             "--wide-dummy-cache",
                             "--weights",
                             "--head-weights",
                             "--post-topk",
                             "--embedding",
                             "--post-outputs",
                             "qwen2.5-7b"}) {
    EXPECT_NE(parsed.output.find(option), std::string::npos) << option;
  }
}

}  // namespace
}  // namespace axllama::pack
