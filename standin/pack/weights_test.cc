#include "standin/pack/weights.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <span>

#include "axmodel/container.h"
#include "base/mapped_file.h"
#include "standin/compute/program.h"
#include "standin/pack/test_pack.h"

namespace axllama::pack {
namespace {

namespace fs = std::filesystem;

std::vector<float> source_values(std::string_view name) {
  const SourceTensor& tensor = *sprout(true).find(name);
  std::vector<float> values(static_cast<size_t>(tensor.rows * tensor.columns));
  read_rows(tensor, 0, values);
  return values;
}

TEST(Weights, embedding_file_is_the_table_in_bf16) {
  const Scratch scratch;
  pack(sprout(true), options_of(Layout::kFlat), scratch.path);
  const std::string file = get(scratch.path / "model.embed_tokens.weight.bfloat16.bin");
  const auto table = quantise(WeightType::kBf16, source_values(kEmbedding), 192).values;
  ASSERT_EQ(file.size(), 2048U * 192 * 2);
  EXPECT_EQ(std::memcmp(file.data(), table.data(), file.size()), 0);
}

// The bytes of one initializer.
std::string initializer(const fs::path& path, std::string_view name) {
  const auto container = axmodel::read_container(path.string());
  const auto* found = container ? container->initializer(name) : nullptr;
  if (found == nullptr) return "";
  return get(path).substr(found->offset, found->bytes);
}

TEST(Weights, weights_in_the_file_are_the_sources_in_each_type) {
  for (const WeightType type : {WeightType::kBf16, WeightType::kInt8, WeightType::kInt4}) {
    SCOPED_TRACE(weight_type_name(type));
    const Scratch scratch;
    PackOptions options = options_of(Layout::kFlat);
    options.weights = type;
    pack(sprout(true), options, scratch.path);
    const fs::path layer = scratch.path / "qwen3_p64_l2_together.axmodel";
    const Quantised stored = quantise(type, source_values("layer.2.down"), 512);
    const std::string values = initializer(layer, "down");
    ASSERT_EQ(values.size(), stored.values.size());
    EXPECT_EQ(std::memcmp(values.data(), stored.values.data(), values.size()), 0);
    const std::string scales = initializer(layer, "down.scale");
    ASSERT_EQ(scales.size(), stored.scales.size() * sizeof(float));
    const auto expected = std::as_bytes(std::span(stored.scales));
    EXPECT_TRUE(std::ranges::equal(std::as_bytes(std::span(scales)), expected));
    const auto norm = source_values("layer.2.q_norm");
    const std::string norms = initializer(layer, "q_norm");
    ASSERT_EQ(norms.size(), norm.size() * sizeof(float));
    EXPECT_EQ(std::memcmp(norms.data(), norm.data(), norms.size()), 0);
  }
}

TEST(Weights, head_of_tied_models_is_the_embedding) {
  const Scratch scratch;
  pack(sprout(true), options_of(Layout::kFlat), scratch.path);
  EXPECT_EQ(initializer(scratch.path / "qwen3_post.axmodel", "weight"),
            get(scratch.path / "model.embed_tokens.weight.bfloat16.bin"));
}

TEST(Weights, odd_widths_have_no_int4) {
  Hyperparameters sizes = sprout(true).sizes;
  sizes.feed_forward = 513;
  EXPECT_TRUE(check_widths(sizes, WeightType::kInt8));
  EXPECT_EQ(check_widths(sizes, WeightType::kInt4).error().code, ErrorCode::kUnsupported);
}

std::unique_ptr<standin::Program> program_of(const MappedFile& file) {
  const auto container = axmodel::parse_container(file.bytes());
  if (!container) return nullptr;
  auto program = standin::Program::create(*container, file.bytes());
  EXPECT_TRUE(program) << program.error().text();
  return program ? *std::move(program) : nullptr;
}

TEST(Weights, files_can_be_run_by_the_stand_in) {
  for (const WeightType type : {WeightType::kBf16, WeightType::kInt8, WeightType::kInt4}) {
    SCOPED_TRACE(weight_type_name(type));
    const Scratch scratch;
    PackOptions options = options_of(Layout::kFlat);
    options.weights = options.head_weights = type;
    options.top_k = type == WeightType::kInt8 ? 40 : 0;
    pack(sprout(true), options, scratch.path);
    for (const char* name : {"qwen3_p64_l0_together.axmodel", "qwen3_post.axmodel"}) {
      const auto file = MappedFile::open(scratch.path / name);
      ASSERT_TRUE(file);
      const auto program = program_of(*file);
      ASSERT_NE(program, nullptr);
      EXPECT_TRUE(program->computes()) << name;
    }
  }
}

}  // namespace
}  // namespace axllama::pack
