#include <algorithm>
#include <set>

#include "standin/compute/cost.h"
#include "standin/compute/test_layer.h"

namespace axllama::standin {
namespace {

constexpr int kHidden = 64;
constexpr int kVocabulary = 300;

TestModel test_head(ElementType type, int64_t rows, int top_k) {
  TestModel model;
  model.spec.kind = Kind::kHead;
  model.spec.hidden = kHidden;
  model.spec.vocabulary = kVocabulary;
  model.spec.top_k = top_k;
  model.container.metadata = write_layer_spec(model.spec);
  Doubles norm = random_values(kHidden, 0.25, 1);
  for (double& value : norm) value += 1;
  model.add_floats("norm", {kHidden}, norm);
  model.add_matrix("weight", kVocabulary, kHidden, type, 2);
  const auto bf16 = ElementType::kBfloat16;
  model.container.groups.push_back({{{"input", bf16, {1, rows, kHidden}}}, {}});
  auto& outputs = model.container.groups[0].outputs;
  outputs.push_back({"output", bf16, {1, rows, top_k > 0 ? top_k : kVocabulary}});
  if (top_k > 0) outputs.push_back({"indices", ElementType::kUint32, {1, rows, top_k}});
  return model;
}

struct HeadRun {
  std::vector<Bf16> output;
  std::vector<uint32_t> indices;
};

std::vector<Bf16> head_input(int64_t rows) {
  return bf16s(random_values(static_cast<size_t>(rows) * kHidden, 2, 50));
}

HeadRun run_head(const TestModel& model, std::span<const Bf16> input, int threads = 2) {
  const size_t rows = input.size() / kHidden;
  const auto top_k = static_cast<size_t>(model.spec.top_k);
  HeadRun run;
  run.output.assign(rows * (top_k > 0 ? top_k : kVocabulary), kPoison);
  run.indices.assign(rows * top_k, 0);
  const std::span<const std::byte> inputs[] = {std::as_bytes(input)};
  std::vector<std::span<std::byte>> outputs = {std::as_writable_bytes(std::span(run.output))};
  if (top_k > 0) outputs.push_back(std::as_writable_bytes(std::span(run.indices)));
  program_of(model, threads)->run(0, inputs, outputs);
  return run;
}

class Head : public testing::TestWithParam<ElementType> {};

TEST_P(Head, agrees_with_the_reference) {
  const TestModel model = test_head(GetParam(), 3, 0);
  const auto input = head_input(3);
  Doubles want;
  for (size_t row = 0; row < 3; ++row) {
    Doubles x;
    for (size_t i = 0; i < kHidden; ++i) x.push_back(value_of(input[row * kHidden + i]));
    reference_norm(x, model.weights.at("norm"), model.spec.norm_epsilon);
    const Doubles logits = reference_product(model.weights.at("weight"), x);
    want.insert(want.end(), logits.begin(), logits.end());
  }
  expect_close(run_head(model, input).output, want);
}

INSTANTIATE_TEST_SUITE_P(Each, Head,
                         testing::Values(ElementType::kBfloat16, ElementType::kInt8,
                                         ElementType::kInt4));

TEST(HeadProgram, top_k_are_the_largest_logits_in_descending_order) {
  const auto input = head_input(2);
  const HeadRun all = run_head(test_head(ElementType::kInt8, 2, 0), input);
  const HeadRun top = run_head(test_head(ElementType::kInt8, 2, 40), input);
  for (size_t row = 0; row < 2; ++row) {
    std::vector<double> logits;
    for (size_t id = 0; id < kVocabulary; ++id) {
      logits.push_back(value_of(all.output[row * kVocabulary + id]));
    }
    std::set<uint32_t> ids;
    for (size_t i = row * 40; i < (row + 1) * 40; ++i) {
      EXPECT_EQ(value_of(top.output[i]), logits[top.indices[i]]);
      ids.insert(top.indices[i]);
    }
    EXPECT_EQ(ids.size(), 40U);
    std::ranges::sort(logits, std::greater<>());
    for (size_t i = 0; i < 40; ++i) EXPECT_EQ(value_of(top.output[row * 40 + i]), logits[i]);
  }
}

TEST(HeadProgram, equal_logits_come_in_the_order_of_their_ids) {
  const std::vector<Bf16> zeroes(kHidden, 0);
  const HeadRun top = run_head(test_head(ElementType::kBfloat16, 1, 5), zeroes);
  // A product with zeroes is zero, of either sign.
  for (const Bf16 value : top.output) EXPECT_EQ(value_of(value), 0);
  EXPECT_TRUE(std::ranges::is_sorted(top.indices));
}

// Beside the logits, or, without a vocabulary, alone under either name.
TestModel normed_head(int vocabulary, const char* name) {
  TestModel model = test_head(ElementType::kBfloat16, 2, 0);
  model.spec.vocabulary = vocabulary;
  model.container.metadata = write_layer_spec(model.spec);
  auto& outputs = model.container.groups[0].outputs;
  if (vocabulary == 0) outputs.clear();
  outputs.push_back({name, ElementType::kBfloat16, {1, 2, kHidden}});
  return model;
}

TEST(HeadProgram, the_normed_row_is_the_reference_norm_rounded_to_bf16) {
  const TestModel model = normed_head(0, "output_norm");
  const auto input = head_input(2);
  std::vector<Bf16> normed(input.size(), kPoison);
  const std::span<const std::byte> inputs[] = {std::as_bytes(std::span(input))};
  const std::span<std::byte> outputs[] = {std::as_writable_bytes(std::span(normed))};
  program_of(model)->run(0, inputs, outputs);
  Doubles want;
  for (size_t row = 0; row < 2; ++row) {
    Doubles x;
    for (size_t i = 0; i < kHidden; ++i) x.push_back(value_of(input[row * kHidden + i]));
    reference_norm(x, model.weights.at("norm"), model.spec.norm_epsilon);
    want.insert(want.end(), x.begin(), x.end());
  }
  expect_close(normed, want);
  std::vector<Bf16> unnamed(input.size(), kPoison);
  const std::span<std::byte> own[] = {std::as_writable_bytes(std::span(unnamed))};
  program_of(normed_head(0, "output"))->run(0, inputs, own);
  EXPECT_EQ(unnamed, normed);
}

TEST(HeadProgram, logits_are_the_same_with_the_normed_row_beside_them) {
  const TestModel model = normed_head(kVocabulary, "output_norm");
  const auto input = head_input(2);
  std::vector<Bf16> logits(size_t{2} * kVocabulary, kPoison);
  std::vector<Bf16> normed(input.size(), kPoison);
  const std::span<const std::byte> inputs[] = {std::as_bytes(std::span(input))};
  const std::span<std::byte> outputs[] = {std::as_writable_bytes(std::span(logits)),
                                          std::as_writable_bytes(std::span(normed))};
  program_of(model)->run(0, inputs, outputs);
  EXPECT_EQ(logits, run_head(test_head(ElementType::kBfloat16, 2, 0), input).output);
  EXPECT_EQ(std::ranges::count(normed, kPoison), 0);
}

TEST(HeadProgram, nan_reaches_the_top) {
  std::vector<Bf16> input = head_input(1);
  input[5] = 0x7fc0;
  const HeadRun top = run_head(test_head(ElementType::kBfloat16, 1, 5), input);
  for (const Bf16 value : top.output) EXPECT_TRUE(std::isnan(value_of(value)));
}

TEST(HeadProgram, results_do_not_depend_on_the_number_of_threads) {
  const TestModel model = test_head(ElementType::kInt8, 600, 0);
  ASSERT_GT(worthwhile_threads(program_of(model)->cost(0), 4), 1);
  const auto input = head_input(600);
  const HeadRun one = run_head(model, input, 1);
  EXPECT_EQ(one.output, run_head(model, input, 2).output);
  EXPECT_EQ(one.output, run_head(model, input, 4).output);
}

TEST(HeadProgram, cost_counts_the_matrix_once_a_row) {
  const auto program = program_of(test_head(ElementType::kBfloat16, 3, 0));
  EXPECT_EQ(program->cost(0).multiply_adds, uint64_t{3} * kHidden * kVocabulary);
  EXPECT_EQ(program->cost(0).bytes,
            uint64_t{2} * kHidden * kVocabulary + 4 * kHidden + 6 * kHidden + 6 * kVocabulary);
}

TEST(HeadProgram, contradictions_are_corrupt_and_name_the_tensor) {
  TestModel more_than_all = test_head(ElementType::kBfloat16, 1, 301);
  TestModel wrong_rows = test_head(ElementType::kBfloat16, 1, 0);
  wrong_rows.container.initializers[1].dims[0] = 299;
  TestModel no_indices = test_head(ElementType::kBfloat16, 1, 4);
  no_indices.container.groups[0].outputs.pop_back();
  const std::pair<TestModel*, std::string> cases[] = {
      {&more_than_all, "top_k"}, {&wrong_rows, "\"weight\""}, {&no_indices, "\"indices\""}};
  for (const auto& [model, named] : cases) {
    const auto program = Program::create(model->container, model->file);
    ASSERT_FALSE(program);
    EXPECT_EQ(program.error().code, ErrorCode::kCorrupt);
    EXPECT_NE(program.error().message.find(named), std::string::npos) << program.error().message;
  }
}

}  // namespace
}  // namespace axllama::standin
