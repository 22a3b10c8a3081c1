#include <algorithm>
#include <limits>

#include "standin/compute/cost.h"
#include "standin/compute/test_layer.h"

namespace axllama::standin {
namespace {

struct Case {
  const char* name;
  LayerOptions options;
};

class LayerAgainstReference : public testing::TestWithParam<Case> {
 protected:
  void expect_agreement(size_t group, size_t filled, size_t real) {
    const TestModel model = test_layer(GetParam().options);
    const auto program = program_of(model);
    LayerRun run = layer_run(model, group, filled, real);
    run.run(*program, group);
    const Reference want = ReferenceLayer(model).run(run);
    const size_t rows = run.indices.size();
    const auto first = [&](std::span<const Bf16> all) {
      return all.first(all.size() / rows * real);
    };
    const auto wanted = [&](const Doubles& all) {
      return std::span(all).first(all.size() / rows * real);
    };
    expect_close(first(run.key_out), wanted(want.key_out));
    expect_close(first(run.value_out), wanted(want.value_out));
    expect_close(first(run.output), wanted(want.output));
  }
};

TEST_P(LayerAgainstReference, decode_agrees) {
  expect_agreement(kDecode, 21, 1);
}
TEST_P(LayerAgainstReference, the_first_decode_agrees) {
  expect_agreement(kDecode, 0, 1);
}
TEST_P(LayerAgainstReference, the_first_chunk_agrees) {
  expect_agreement(kFirstChunk, 0, 8);
}
TEST_P(LayerAgainstReference, a_chunk_after_history_agrees) {
  expect_agreement(kNextChunk, 11, 8);
}
TEST_P(LayerAgainstReference, a_short_chunk_agrees) {
  expect_agreement(kNextChunk, 16, 3);
}

INSTANTIATE_TEST_SUITE_P(Each, LayerAgainstReference,
                         testing::Values(Case{"plain", {}}, Case{"bias", {.bias = true}},
                                         Case{"head_norm", {.head_norm = true}},
                                         Case{"interleaved", {.interleaved = true}},
                                         Case{"int8", {.type = ElementType::kInt8}},
                                         Case{"int4", {.type = ElementType::kInt4}},
                                         Case{"everything",
                                              {ElementType::kInt8, true, true, true}}),
                         [](const auto& instance) { return instance.param.name; });

TEST(LayerProgram, computes) {
  EXPECT_TRUE(program_of(test_layer())->computes());
}

TEST(LayerProgram, decode_step_by_step_equals_the_chunk) {
  const TestModel model = test_layer();
  const auto program = program_of(model);
  LayerRun chunk = layer_run(model, kFirstChunk, 0, 8);
  chunk.run(*program, kFirstChunk);
  LayerRun step = layer_run(model, kDecode, 0, 1);
  for (size_t t = 0; t < 8; ++t) {
    std::copy_n(chunk.input.begin() + static_cast<long>(t) * 64, 64, step.input.begin());
    step.indices = {static_cast<uint32_t>(t)};
    if (t > 0) step.mask[t - 1] = 0;
    step.run(*program, kDecode);
    std::ranges::copy(step.key_out, step.keys.begin() + static_cast<long>(t) * 32);
    std::ranges::copy(step.value_out, step.values.begin() + static_cast<long>(t) * 32);
    Doubles want;
    for (size_t i = 0; i < 64; ++i) want.push_back(value_of(chunk.output[t * 64 + i]));
    expect_close(step.output, want);
  }
}

TEST(LayerProgram, rounding_to_bf16_is_to_nearest_even) {
  const TestModel model = test_layer();
  const auto program = program_of(model);
  LayerRun run = layer_run(model, kFirstChunk, 0, 8);
  run.run(*program, kFirstChunk);
  const Reference want = ReferenceLayer(model).run(run);
  double bias = 0;  // truncation would shift every magnitude down by half a step
  for (size_t i = 0; i < run.output.size(); ++i) {
    bias += (std::abs(value_of(run.output[i])) - std::abs(want.output[i])) /
            (std::abs(want.output[i]) + 0.05);
  }
  EXPECT_LT(std::abs(bias / static_cast<double>(run.output.size())), 0.0007);
}

bool all_nan(std::span<const Bf16> values) {
  return std::ranges::all_of(values, [](Bf16 bits) { return std::isnan(value_of(bits)); });
}

TEST(LayerProgram, nan_in_an_unused_key_row_spreads) {
  const TestModel model = test_layer();
  const auto program = program_of(model);
  for (const size_t group : {kDecode, kNextChunk}) {
    LayerRun run = layer_run(model, group, 5, group == kDecode ? 1 : 8);
    std::fill_n(run.keys.begin() + 13 * 32, 32, Bf16{0x7fc0});
    run.run(*program, group);
    EXPECT_TRUE(all_nan(run.output));
  }
}

TEST(LayerProgram, nan_in_an_unused_value_row_spreads) {
  const TestModel model = test_layer();
  const auto program = program_of(model);
  for (const size_t group : {kDecode, kNextChunk}) {
    LayerRun run = layer_run(model, group, 5, group == kDecode ? 1 : 8);
    std::fill_n(run.values.begin() + 15 * 32, 32, Bf16{0xffff});
    run.run(*program, group);
    EXPECT_TRUE(all_nan(run.output));
  }
}

TEST(LayerProgram, one_nan_spreads_wherever_it_lies) {
  const TestModel model = test_layer();
  const auto program = program_of(model);
  for (size_t row = 0; row < 32; ++row) {
    LayerRun run = layer_run(model, kDecode, 20, 1);
    run.keys[row * 32 + 7] = 0x7fc0;
    run.run(*program, kDecode);
    EXPECT_TRUE(all_nan(run.output)) << "row " << row;
  }
}

TEST(LayerProgram, a_blocked_row_has_weight_exactly_zero) {
  const TestModel model = test_layer();
  const auto program = program_of(model);
  for (const size_t group : {kDecode, kNextChunk}) {
    LayerRun run = layer_run(model, group, 5, group == kDecode ? 1 : 8);
    run.run(*program, group);
    LayerRun other = run;
    std::fill_n(other.keys.begin() + 13 * 32, 32, bf16_of(3));
    std::fill_n(other.values.begin() + 13 * 32, 32, bf16_of(1e30));
    other.run(*program, group);
    EXPECT_EQ(run.output, other.output);
  }
}

class Mistake : public testing::TestWithParam<std::pair<const char*, void (*)(LayerRun&)>> {};

TEST_P(Mistake, changes_the_output) {
  const TestModel model = test_layer();
  const auto program = program_of(model);
  LayerRun right = layer_run(model, kNextChunk, 11, 8);
  LayerRun wrong = right;
  GetParam().second(wrong);
  right.run(*program, kNextChunk);
  wrong.run(*program, kNextChunk);
  EXPECT_NE(right.output, wrong.output);
}

INSTANTIATE_TEST_SUITE_P(
    Each, Mistake,
    testing::Values(
        std::pair{"row_too_many_visible", +[](LayerRun& run) { run.mask[11] = 0; }},
        std::pair{"row_too_few_visible", +[](LayerRun& run) { run.mask[10] = bf16_of(kBlocked); }},
        std::pair{"mask_of_ones", +[](LayerRun& run) { std::ranges::fill(run.mask, bf16_of(1)); }},
        std::pair{"not_causal", +[](LayerRun& run) { run.mask[17] = 0; }},
        std::pair{"wrong_slot",
                  +[](LayerRun& run) {
                    std::copy_n(run.keys.begin() + 10 * 32, 32, run.keys.begin() + 12 * 32);
                    std::fill_n(run.keys.begin() + 10 * 32, 32, Bf16{0});
                  }},
        std::pair{"position_off_by_one", +[](LayerRun& run) { run.indices[7] += 1; }},
        std::pair{"all_positions_zero", +[](LayerRun& run) { std::ranges::fill(run.indices, 0U); }},
        std::pair{"keys_and_values_swapped", +[](LayerRun& run) { run.keys.swap(run.values); }},
        std::pair{"one_element_of_the_input", +[](LayerRun& run) { run.input[70] ^= 0x40; }}),
    [](const auto& instance) { return instance.param.first; });

TEST(LayerProgram, rows_past_the_real_ones_stay_unwritten) {
  const TestModel model = test_layer();
  const auto program = program_of(model);
  LayerRun run = layer_run(model, kNextChunk, 11, 3);
  run.run(*program, kNextChunk);
  const auto written = [](const std::vector<Bf16>& rows, size_t width) {
    const auto poison = std::ranges::find(rows, kPoison);
    EXPECT_TRUE(std::all_of(poison, rows.end(), [](Bf16 bits) { return bits == kPoison; }));
    return static_cast<size_t>(poison - rows.begin()) / width;
  };
  EXPECT_EQ(written(run.output, 64), 3U);
  EXPECT_EQ(written(run.key_out, 32), 3U);
  EXPECT_EQ(written(run.value_out, 32), 3U);
}

TEST(LayerProgram, from_64_real_rows_all_rows_are_written) {
  TestModel model = test_layer();
  model.add_layer_group(80, 16);
  const auto program = program_of(model);
  for (const size_t real : {size_t{63}, size_t{64}}) {
    LayerRun run = layer_run(model, 3, 4, real);
    run.run(*program, 3);
    EXPECT_EQ(run.output.back() == kPoison, real == 63);
    EXPECT_NE(run.output[real * 64 - 1], kPoison);
  }
}

TEST(LayerProgram, outputs_may_lie_in_the_cache) {
  const TestModel model = test_layer();
  const auto program = program_of(model);
  LayerRun apart = layer_run(model, kDecode, 9, 1);
  LayerRun in_place = apart;
  apart.run(*program, kDecode);
  const std::span<const std::byte> inputs[] = {
      std::as_bytes(std::span(in_place.keys)), std::as_bytes(std::span(in_place.values)),
      std::as_bytes(std::span(in_place.indices)), std::as_bytes(std::span(in_place.input)),
      std::as_bytes(std::span(in_place.mask))};
  const std::span<std::byte> outputs[] = {
      std::as_writable_bytes(std::span(in_place.keys).subspan(9 * 32, 32)),
      std::as_writable_bytes(std::span(in_place.values).subspan(9 * 32, 32)),
      std::as_writable_bytes(std::span(in_place.input))};
  program->run(kDecode, inputs, outputs);
  EXPECT_EQ(in_place.input, apart.output);
  EXPECT_TRUE(std::equal(apart.key_out.begin(), apart.key_out.end(), in_place.keys.begin() + 288));
}

TEST(LayerProgram, the_same_inputs_give_the_same_bytes_on_any_number_of_threads) {
  TestModel model = test_layer({.bias = true, .head_norm = true});
  model.add_layer_group(256, 16);  // large enough for more than one thread
  constexpr size_t kLargeChunk = 3;
  ASSERT_GT(worthwhile_threads(program_of(model)->cost(kLargeChunk), 4), 1);
  for (const size_t group : {size_t{kDecode}, size_t{kFirstChunk}, kLargeChunk}) {
    const size_t real = group == kDecode ? 1 : group == kFirstChunk ? 8 : 256;
    const LayerRun start = layer_run(model, group, group == kFirstChunk ? 0 : 11, real);
    LayerRun first = start;
    first.run(*program_of(model, 1), group);
    for (const int threads : {2, 4, 1}) {
      const auto program = program_of(model, threads);
      LayerRun before = layer_run(model, kNextChunk, 3, 8, 900);
      before.run(*program, kNextChunk);
      LayerRun again = start;
      again.run(*program, group);
      EXPECT_EQ(first.output, again.output) << threads << " threads, group " << group;
      EXPECT_EQ(first.key_out, again.key_out);
      EXPECT_EQ(first.value_out, again.value_out);
    }
  }
}

TEST(LayerProgram, weights_at_odd_addresses_make_no_difference) {
  TestModel model = test_layer();
  const LayerRun start = layer_run(model, kNextChunk, 11, 8);
  LayerRun even = start;
  even.run(*program_of(model), kNextChunk);
  model.file.insert(model.file.begin(), std::byte{0});
  for (auto& initializer : model.container.initializers) ++initializer.offset;
  LayerRun odd = start;
  odd.run(*program_of(model), kNextChunk);
  EXPECT_EQ(even.output, odd.output);
}

TEST(LayerProgram, cost_counts_weights_cache_and_rows) {
  const TestModel model = test_layer();
  const auto program = program_of(model);
  const uint64_t weights = 64 * 64 * 2 + 2 * 32 * 64 + 3 * 192 * 64;
  const Cost decode = program->cost(kDecode);
  EXPECT_EQ(decode.bytes,
            weights * 2 + 2 * 64 * 4 + 2 * (2 * 32 * 32) + 4 + 128 + 2 * 33 + 2 * 2 * 32 + 128);
  EXPECT_EQ(decode.multiply_adds, weights + 2 * 64 * 33);
  EXPECT_EQ(program->cost(kNextChunk).multiply_adds, 8 * (weights + 2 * 64 * 24));
}

class Contradiction : public testing::TestWithParam<std::pair<const char*, void (*)(TestModel&)>> {
};

axmodel::Initializer& initializer(TestModel& model, std::string_view name) {
  return *std::ranges::find(model.container.initializers, name, &axmodel::Initializer::name);
}

TEST_P(Contradiction, is_corrupt_and_names_the_tensor) {
  TestModel model = test_layer({.type = ElementType::kInt8});
  GetParam().second(model);
  const auto program = Program::create(model.container, model.file);
  ASSERT_FALSE(program);
  EXPECT_EQ(program.error().code, ErrorCode::kCorrupt);
  const std::string named = GetParam().first;
  EXPECT_NE(program.error().message.find(named), std::string::npos) << program.error().message;
}

INSTANTIATE_TEST_SUITE_P(
    Each, Contradiction,
    testing::Values(
        std::pair{"\"down\" is missing", +[](TestModel& m) { initializer(m, "down").name = "x"; }},
        std::pair{"\"q.scale\" is missing",
                  +[](TestModel& m) { initializer(m, "q.scale").name = "x"; }},
        std::pair{"\"attn_norm\" is missing",
                  +[](TestModel& m) { initializer(m, "attn_norm").name = "x"; }},
        std::pair{"\"up\" is [64, 192]",
                  +[](TestModel& m) { initializer(m, "up").dims = {64, 192}; }},
        std::pair{"\"gate\" has", +[](TestModel& m) { initializer(m, "gate").bytes -= 1; }},
        std::pair{"\"o\" ends past",
                  +[](TestModel& m) { initializer(m, "o").offset = m.file.size() - 1; }},
        std::pair{"\"k\" is not",
                  +[](TestModel& m) { initializer(m, "k").type = ElementType::kUint8; }},
        std::pair{"\"ffn_norm\" is not",
                  +[](TestModel& m) { initializer(m, "ffn_norm").type = ElementType::kInt8; }},
        std::pair{"\"mask\"", +[](TestModel& m) { m.container.groups[2].inputs[4].dims[2] = 7; }},
        std::pair{"\"mask\"", +[](TestModel& m) { m.container.groups[2].inputs[4].dims[1] = 7; }},
        std::pair{"\"K_cache\"",
                  +[](TestModel& m) { m.container.groups[0].inputs[0].dims[1] = 31; }},
        std::pair{"\"V_cache\"", +[](TestModel& m) { m.container.groups[0].inputs[1].name = "x"; }},
        std::pair{"\"indices\"",
                  +[](TestModel& m) { m.container.groups[1].inputs[2].dims = {3, 8}; }},
        std::pair{
            "\"input\"",
            +[](TestModel& m) { m.container.groups[0].inputs[3].type = ElementType::kFloat; }},
        std::pair{"\"output\"",
                  +[](TestModel& m) { m.container.groups[0].outputs[2].dims[2] = 65; }},
        std::pair{"kv_heads",
                  +[](TestModel& m) { m.container.metadata["axllama.standin.kv_heads"] = "3"; }},
        std::pair{"hidden",
                  +[](TestModel& m) { m.container.metadata["axllama.standin.hidden"] = "0"; }},
        std::pair{"\"q\"",
                  +[](TestModel& m) { m.container.metadata["axllama.standin.heads"] = "8"; }}));

}  // namespace
}  // namespace axllama::standin
