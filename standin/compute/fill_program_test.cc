#include "standin/compute/fill_program.h"

#include <algorithm>
#include <set>

#include "standin/compute/test_layer.h"

namespace axllama::standin {
namespace {

// The sizes of Qwen3-0.6B's layer: no weights, 440,000 bytes of parameters announced.
TestModel shape_layer() {
  TestModel model;
  model.spec.kind = Kind::kShape;
  model.spec.hidden = 1024;
  model.spec.heads = 16;
  model.spec.kv_heads = 8;
  model.spec.head_dim = 128;
  model.spec.feed_forward = 3072;
  model.container.metadata = write_layer_spec(model.spec);
  model.container.initializers.push_back(
      {"npu_params", ElementType::kUint8, {26000000}, 0, 26000000});
  model.add_layer_group(1, 1023);
  model.add_layer_group(128, 0);
  return model;
}

TEST(FillProgram, fills_layers_with_finite_numbers_that_follow_the_inputs) {
  const TestModel model = shape_layer();
  const auto program = program_of(model);
  EXPECT_FALSE(program->computes());
  LayerRun run = layer_run(model, kDecode, 3, 1);
  LayerRun same = run;
  LayerRun other = run;
  other.input[0] ^= 1;
  run.run(*program, kDecode);
  same.run(*program, kDecode);
  other.run(*program, kDecode);
  for (const auto* filled : {&run.output, &run.key_out, &run.value_out}) {
    for (const Bf16 bits : *filled) ASSERT_LE(std::abs(value_of(bits)), 1.0);
  }
  EXPECT_EQ(run.output, same.output);
  EXPECT_NE(run.output, other.output);
  EXPECT_NE(run.key_out, run.value_out);
}

TestModel vendor_head(int64_t vocabulary) {
  TestModel model;  // no metadata: a vendor's own file
  model.container.initializers.push_back({"npu_params", ElementType::kUint8, {1000}, 0, 1000});
  model.container.groups.push_back({{{"input", ElementType::kBfloat16, {1, 1, 64}}},
                                    {{"output", ElementType::kBfloat16, {1, 1, vocabulary}}}});
  return model;
}

TEST(FillProgram, logits_of_a_vendor_file_have_one_largest) {
  const TestModel model = vendor_head(151936);
  const auto program = program_of(model);
  EXPECT_FALSE(program->computes());
  std::set<size_t> found;
  for (uint32_t seed = 0; seed < 8; ++seed) {
    const auto input = bf16s(random_values(64, 1, seed));
    std::vector<Bf16> logits(151936);
    const std::span<const std::byte> inputs[] = {std::as_bytes(std::span(input))};
    const std::span<std::byte> outputs[] = {std::as_writable_bytes(std::span(logits))};
    program->run(0, inputs, outputs);
    const auto peak = std::ranges::max_element(logits, {}, value_of);
    EXPECT_EQ(std::ranges::count(logits, *peak), 1);
    found.insert(static_cast<size_t>(peak - logits.begin()));
  }
  EXPECT_GT(found.size(), 6U);
}

TEST(FillProgram, top_k_descends_and_its_ids_are_distinct_and_in_the_vocabulary) {
  TestModel model = vendor_head(40);
  model.spec.kind = Kind::kShape;
  model.spec.vocabulary = 50;
  model.spec.top_k = 40;
  model.container.metadata = write_layer_spec(model.spec);
  model.container.groups[0].outputs.push_back({"indices", ElementType::kUint32, {1, 1, 40}});
  const auto program = program_of(model);
  const auto input = bf16s(random_values(64, 1, 1));
  std::vector<Bf16> values(40);
  std::vector<uint32_t> ids(40);
  const std::span<const std::byte> inputs[] = {std::as_bytes(std::span(input))};
  const std::span<std::byte> outputs[] = {std::as_writable_bytes(std::span(values)),
                                          std::as_writable_bytes(std::span(ids))};
  program->run(0, inputs, outputs);
  EXPECT_TRUE(std::ranges::is_sorted(values, std::ranges::greater_equal(), value_of));
  EXPECT_EQ(std::set(ids.begin(), ids.end()).size(), 40U);
  EXPECT_LT(*std::ranges::max_element(ids), 50U);
}

TEST(FillProgram, every_type_and_odd_size_is_filled_to_the_end) {
  TestModel model;
  auto& outputs = model.container.groups.emplace_back().outputs;
  for (const auto type : {ElementType::kFloat, ElementType::kFloat16, ElementType::kDouble,
                          ElementType::kUint8, ElementType::kInt64}) {
    outputs.push_back({"out" + std::to_string(outputs.size()), type, {3, 777}});
  }
  const auto program = program_of(model);
  std::vector<std::vector<std::byte>> filled;
  std::vector<std::span<std::byte>> spans;
  for (const auto& tensor : outputs) filled.emplace_back(tensor.bytes());
  for (auto& bytes : filled) spans.emplace_back(bytes);
  program->run(0, {}, spans);
  for (const auto& bytes : filled) {
    EXPECT_TRUE(
        std::any_of(bytes.end() - 16, bytes.end(), [](std::byte b) { return b != std::byte{0}; }));
  }
  std::vector<float> floats(3 * 777);
  std::memcpy(floats.data(), filled[0].data(), filled[0].size());
  for (const float value : floats) ASSERT_LE(std::abs(value), 1.0F);
  EXPECT_EQ(std::ranges::count(floats, 1.0F), 3);
}

TEST(FillProgram, cost_of_a_shape_takes_the_sizes_of_its_description) {
  const TestModel model = shape_layer();
  const auto program = program_of(model);
  const uint64_t weights = 2 * 1024 * 128 * (16 + 8) + 3 * 1024 * 3072;
  EXPECT_EQ(program->cost(kDecode).multiply_adds, weights + 2 * 2048 * 1024);
  EXPECT_EQ(program->cost(kFirstChunk).multiply_adds, 128 * (weights + 2 * 2048 * 128));
  EXPECT_EQ(program->cost(kDecode).bytes,
            26000000U + 2 * 2 * 1023 * 1024 + 4 + 2048 + 2048 + 2 * 2048 + 2048);
}

TEST(FillProgram, cost_without_a_description_counts_a_byte_a_weight) {
  EXPECT_EQ(program_of(vendor_head(100))->cost(0).multiply_adds, 1000U);
}

}  // namespace
}  // namespace axllama::standin
