#include "standin/pack/shapes.h"

#include <gtest/gtest.h>

#include "standin/pack/byte_alphabet.h"
#include "standin/pack/tokenizer_text.h"

namespace axllama::pack {
namespace {

TEST(Shapes, every_one_has_sound_sizes_and_contexts) {
  for (const auto name : shape_names()) {
    SCOPED_TRACE(name);
    const auto shape = find_shape(name);
    ASSERT_TRUE(shape);
    EXPECT_TRUE(check_hyperparameters(shape->sizes));
    EXPECT_TRUE(check_contexts(shape->contexts));
    for (const auto quantisation : {ShapeQuantisation::kW8, ShapeQuantisation::kInt4}) {
      const FileSize layer = shape->layer(quantisation);
      EXPECT_GT(layer.parameters, layer.total() / 3);
      EXPECT_GT(layer.code, 0U);
      EXPECT_LT(layer.code, 40'000'000U);
    }
    EXPECT_LT(shape->layer(ShapeQuantisation::kInt4).total(),
              shape->layer(ShapeQuantisation::kW8).total());
  }
}

TEST(Shapes, key_rows_are_as_published) {
  EXPECT_EQ(find_shape("qwen3-4b")->sizes.kv_size(), 1024);
  EXPECT_EQ(find_shape("qwen2.5-0.5b")->sizes.kv_size(), 128);
  EXPECT_EQ(find_shape("qwen2.5-1.5b")->sizes.kv_size(), 256);
  EXPECT_EQ(find_shape("qwen2.5-7b")->sizes.kv_size(), 512);
}

TEST(Shapes, heads_are_as_large_as_the_published_files) {
  const struct {
    const char* name;
    double bytes;
  } published[] = {
      {"qwen3-0.6b", 170e6}, {"qwen2.5-1.5b", 254'692'887}, {"qwen2.5-7b", 593'952'384}};
  for (const auto& [name, bytes] : published) {
    EXPECT_NEAR(static_cast<double>(find_shape(name)->head().total()), bytes, bytes / 400);
  }
}

TEST(Shapes, bytes_a_token_are_those_of_the_published_bandwidth_table) {
  const struct {
    const char* name;
    ShapeQuantisation quantisation;
    int cache;
    double gigabytes;
  } rows[] = {{"qwen3-0.6b", ShapeQuantisation::kW8, 2047, 0.83},
              {"qwen3-1.7b", ShapeQuantisation::kInt4, 2047, 1.29},
              {"qwen3-4b", ShapeQuantisation::kW8, 2559, 4.40},
              {"qwen3-4b", ShapeQuantisation::kInt4, 2047, 2.62},
              {"qwen2.5-1.5b", ShapeQuantisation::kInt4, 1023, 0.96},
              {"qwen2.5-7b", ShapeQuantisation::kInt4, 1023, 4.06}};
  for (const auto& row : rows) {
    const Shape shape = *find_shape(row.name);
    const double cache = 4.0 * row.cache * shape.sizes.kv_size();
    const double layer = static_cast<double>(shape.layer(row.quantisation).parameters) + cache;
    const double head = 1.0 * shape.sizes.vocabulary * shape.sizes.hidden;
    EXPECT_NEAR((shape.sizes.layers * layer + head) / 1e9, row.gigabytes, 0.02) << row.name;
  }
}

TEST(Shapes, unknown_names_are_told_the_known_ones) {
  const auto shape = find_shape("qwen9");
  ASSERT_FALSE(shape);
  EXPECT_EQ(shape.error().code, ErrorCode::kNotFound);
  EXPECT_NE(shape.error().hint.find("qwen3-4b"), std::string::npos);
  EXPECT_EQ(shape_quantisation_from_name("w4").error().code, ErrorCode::kInvalidArgument);
}

TEST(Shapes, tokenizer_can_encode_every_byte_and_ends_as_qwen_does) {
  const Tokenizer tokenizer = shape_tokenizer();
  EXPECT_EQ(tokenizer.tokens.size(), tokenizer.types.size());
  EXPECT_EQ(bytes_of_token(tokenizer.tokens[' ']), " ");
  EXPECT_EQ(tokenizer.tokens[151645], "<|im_end|>");
  const auto text = tokenizer_text(tokenizer, TextKind::kTiktoken);
  ASSERT_TRUE(text);
  EXPECT_TRUE(text->starts_with("430 1\n3 2 0\n151643 151644 151645 151643 151645 \n151646\n"));
}

}  // namespace
}  // namespace axllama::pack
