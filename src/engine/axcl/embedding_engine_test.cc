#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fstream>
#include <iterator>

#include "engine/axcl/standin_kit.h"
#include "engine/llama/llama_engine.h"
#include "test_places.h"

namespace axllama {
namespace {

using namespace npu_test;
using testing::HasSubstr;
using Values = std::vector<float>;

constexpr Token kEndOfText = 2039;  // Sprout's "<|endoftext|>"
constexpr int kLast = 3;            // llama.cpp's numbers of poolings
const std::string kEmbedding = std::string(kSmall) + " --embedding last";
const std::string kMeanEmbedding = std::string(kSmall) + " --embedding mean";

// From one token to several chunks and single tokens behind them.
const char* const kTexts[] = {
    "",
    "the capital of France",
    "What is the capital of Italy?",
    "12 + 30 = 42",
    "Once upon a time there was a little fox. It lived in a forest with a bear and a bird. One day "
    "the fox said to the bear: let us go to the river and count the fish. They went to the river, "
    "and they counted one, two, three, four, five fish.",
};

template <class T>
void append(std::string& bytes, T value) {
  bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
}

void append_key(std::string& bytes, const std::string& key, uint32_t type) {
  append(bytes, uint64_t{key.size()});
  bytes += key;
  append(bytes, type);
}

// Sprout as a GGUF file that names its pooling. The metadata grow by a multiple of the alignment,
// so that everything behind keeps its place.
std::string sprout_with_pooling(uint32_t pooling) {
  constexpr uint32_t kUint32 = 4;
  constexpr uint32_t kString = 8;
  constexpr size_t kAlignment = 32;
  std::ifstream file(source_path("/models/sprout/sprout-f16.gguf"), std::ios::binary);
  std::string bytes(std::istreambuf_iterator<char>(file), {});
  std::string added;
  append_key(added, "qwen3.pooling_type", kUint32);
  append(added, pooling);
  append_key(added, "filler", kString);
  const size_t filled = (kAlignment - (added.size() + 8) % kAlignment) % kAlignment;
  append(added, uint64_t{filled});
  added.append(filled, '.');
  constexpr size_t kCount = 16;  // behind magic, version and the number of tensors
  uint64_t count = 0;
  std::memcpy(&count, bytes.data() + kCount, sizeof count);
  count += 2;
  std::memcpy(bytes.data() + kCount, &count, sizeof count);
  bytes.insert(kCount + sizeof count, added);
  const std::string path = (scratch() / ("pooling-" + std::to_string(pooling) + ".gguf")).string();
  std::ofstream(path, std::ios::binary) << bytes;
  return path;
}

std::unique_ptr<Engine> cpu_engine(const std::string& gguf) {
  LoadSpec spec;
  spec.model = gguf;
  spec.context = 256;
  spec.threads = 1;
  return or_throw(load_llama_engine(spec));
}

Values embedded(Engine& engine, const std::vector<Token>& tokens) {
  return or_throw(engine.embed(tokens, {}));
}

double cosine(const Values& a, const Values& b) {
  double dot = 0, aa = 0, bb = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    dot += double{a[i]} * double{b[i]};
    aa += double{a[i]} * double{a[i]};
    bb += double{b[i]} * double{b[i]};
  }
  return dot / std::sqrt(aa * bb);
}

// Of vectors of unit length.
double largest_difference(const Values& a, const Values& b) {
  const auto length = [](const Values& of) {
    double square = 0;
    for (const float x : of) square += double{x} * double{x};
    return std::sqrt(square);
  };
  double largest = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    largest = std::max(largest, std::abs(a[i] / length(a) - b[i] / length(b)));
  }
  return largest;
}

// bf16 keeps 8 bits: numbers of a unit vector (below 0.4 here) may be off by some 2^-9 of that for
// the rounding at the end, and by a few times that for the roundings between the layers. Measured
// were a cosine of 0.99999 and 0.0012.
void expect_same_vectors(Engine& npu, Engine& cpu) {
  double lowest = 1;
  double largest = 0;
  for (const char* text : kTexts) {
    const std::vector<Token> tokens = npu.vocabulary().encode(text, true, true);
    const Values a = embedded(npu, tokens);
    const Values b = embedded(cpu, tokens);
    ASSERT_EQ(a.size(), b.size());
    lowest = std::min(lowest, cosine(a, b));
    largest = std::max(largest, largest_difference(a, b));
  }
  EXPECT_GT(lowest, 0.9999);
  EXPECT_LT(largest, 0.005);
}

TEST(EmbeddingEngine, the_last_tokens_vector_is_that_of_the_cpu_engine) {
  const auto npu = load(spec(packed(kEmbedding)));
  EXPECT_TRUE(npu->info().embeds);
  EXPECT_EQ(npu->info().embedding_size, 192);
  EXPECT_EQ(npu->info().context, 255);
  expect_same_vectors(*npu, *cpu_engine(sprout_with_pooling(kLast)));
}

// The CPU engine takes the mean for a model that names no pooling.
TEST(EmbeddingEngine, the_mean_is_that_of_the_cpu_engine) {
  const auto npu = load(spec(packed(kMeanEmbedding)));
  expect_same_vectors(*npu, *cpu_engine(source_path("/models/sprout/sprout-f16.gguf")));
}

TEST(EmbeddingEngine, every_form_of_the_head_gives_the_same_bits) {
  const auto usual = load(spec(packed(kEmbedding)));
  const std::vector<Token> tokens = usual->vocabulary().encode(kTexts[4], true, true);
  const Values want = embedded(*usual, tokens);
  for (const std::string form :
       {"--post-outputs norm", "--post-outputs hidden", "--post-outputs both --post-topk 8",
        "--tokenizer hf", "--post-outputs norm --config missing"}) {
    const auto engine = load(spec(packed(kEmbedding + " " + form)));
    EXPECT_TRUE(engine->info().embeds) << form;
    EXPECT_EQ(engine->vocabulary().encode(kTexts[4], true, true), tokens) << form;
    EXPECT_EQ(embedded(*engine, tokens), want) << form;
  }
}

// As AXERA's own runner takes it then: the direction is not quite that after the norm.
TEST(EmbeddingEngine, a_head_with_logits_only_is_left_out) {
  const auto with_norm = load(spec(packed(kEmbedding)));
  const auto without = load(spec(packed(kEmbedding + " --post-outputs logits")));
  const std::vector<Token> tokens = without->vocabulary().encode(kTexts[1], true, true);
  const double same = cosine(embedded(*with_norm, tokens), embedded(*without, tokens));
  EXPECT_GT(same, 0.5);
  EXPECT_LT(same, 0.9999);
}

TEST(EmbeddingEngine, texts_end_with_the_closing_token) {
  const auto engine = load(spec(packed(kEmbedding)));
  EXPECT_EQ(engine->vocabulary().encode("", true, true), std::vector<Token>{kEndOfText});
  EXPECT_EQ(engine->vocabulary().encode("Hi", true, true).back(), kEndOfText);
}

TEST(EmbeddingEngine, a_text_does_not_see_those_before_it) {
  const auto engine = load(spec(packed(kEmbedding)));
  const std::vector<Token> tokens = engine->vocabulary().encode(kTexts[4], true, true);
  const Values first = embedded(*engine, tokens);
  embedded(*engine, std::vector<Token>(255, 7));
  EXPECT_EQ(embedded(*engine, tokens), first);
}

TEST(EmbeddingEngine, the_fast_path_gives_the_bits_of_the_plain_path) {
  AxclSpec plain_spec = spec(packed(kMeanEmbedding));
  plain_spec.shortcuts = npu::kPlain;
  const auto plain = load(plain_spec);
  const auto fast = load(spec(packed(kMeanEmbedding)));
  for (const char* text : kTexts) {
    const std::vector<Token> tokens = plain->vocabulary().encode(text, true, true);
    EXPECT_EQ(embedded(*fast, tokens), embedded(*plain, tokens)) << text;
  }
}

TEST(EmbeddingEngine, the_whole_context_is_used_and_not_more) {
  const auto engine = load(spec(packed(kEmbedding)));
  EXPECT_TRUE(engine->embed(std::vector<Token>(255, 5), {}));
  const auto longer = engine->embed(std::vector<Token>(256, 5), {});
  ASSERT_FALSE(longer);
  EXPECT_EQ(longer.error().code, ErrorCode::kInvalidArgument);
}

TEST(EmbeddingEngine, it_stops_when_it_is_asked_to) {
  const auto engine = load(spec(packed(kEmbedding)));
  std::stop_source stop;
  stop.request_stop();
  const auto vector = engine->embed(std::vector<Token>(200, 5), stop.get_token());
  ASSERT_FALSE(vector);
  EXPECT_EQ(vector.error().code, ErrorCode::kCanceled);
  EXPECT_TRUE(engine->embed(std::vector<Token>(200, 5), {}));
}

TEST(EmbeddingEngine, it_does_not_generate_and_a_generating_model_does_not_embed) {
  const auto embedding = load(spec(packed(kEmbedding), 4));
  const Row row{0, 5, true};
  const auto step = embedding->step({&row, 1}, [](size_t, const Logits&) {}, {});
  ASSERT_FALSE(step);
  EXPECT_EQ(step.error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(embedding->length(0), 0);
  const auto vector = load(spec(packed(kSmall)))->embed(std::vector<Token>{5}, {});
  ASSERT_FALSE(vector);
  EXPECT_EQ(vector.error().code, ErrorCode::kUnsupported);
}

TEST(EmbeddingEngine, a_failed_run_is_an_error_and_the_next_text_is_embedded) {
  const auto engine = load(spec(packed(kEmbedding)));
  const std::vector<Token> tokens = engine->vocabulary().encode(kTexts[4], true, true);
  const Values want = embedded(*engine, tokens);
  {
    const Control set("bad_return = axclrtEngineExecuteAsync:3:0x8030070c\n");
    const auto failed = engine->embed(tokens, {});
    ASSERT_FALSE(failed);
    EXPECT_THAT(failed.error().message, HasSubstr("0x8030070c"));
    EXPECT_EQ(embedded(*engine, tokens), want);
  }
}

}  // namespace
}  // namespace axllama
