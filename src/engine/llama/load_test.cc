#include <gtest/gtest.h>

#include <random>
#include <thread>

#include "engine/llama/llama_engine.h"
#include "engine/llama/test_kit.h"
#include "token/broken_files.h"

namespace axllama {
namespace {

using namespace axllama::test_kit;

Error error_of(const LoadSpec& spec, const LoadProgress& progress = {}) {
  const auto engine = load_llama_engine(spec, progress);
  EXPECT_FALSE(engine);
  return engine ? Error{} : engine.error();
}

LoadSpec file(const std::filesystem::path& path) {
  LoadSpec spec = sprout();
  spec.model = path;
  return spec;
}

TEST(LlamaLoad, tells_what_was_loaded) {
  const auto engine = load(sprout(200, 3));
  const EngineInfo& info = engine->info();
  EXPECT_EQ(info.name, "llama");
  EXPECT_EQ(info.context, 200);
  EXPECT_EQ(info.trained_context, 1024);
  EXPECT_EQ(info.chunk, 64);
  EXPECT_EQ(info.embedding_size, 192);
  EXPECT_TRUE(info.can_shift);
  EXPECT_FALSE(info.embeds);
  EXPECT_EQ(engine->slots(), 3);
  EXPECT_EQ(engine->length(2), 0);
  EXPECT_EQ(engine->vocabulary().size(), 2048);
}

TEST(LlamaLoad, memory_grows_with_the_context_and_the_slots) {
  const auto bytes = [](int context, int slots) {
    const auto engine = load(sprout(context, slots));
    EXPECT_EQ(engine->info().memory.size(), 1U);
    EXPECT_EQ(engine->info().memory[0].device, "CPU");
    return engine->info().memory[0].bytes;
  };
  // A token's keys and values: 6 layers of 2 heads of 32, twice, of 2 bytes.
  const uint64_t token = 6 * 2 * 32 * 2 * 2;
  const uint64_t small = bytes(256, 1);
  EXPECT_GT(small, 2'800'000 + 256 * token);
  EXPECT_LT(small, 50'000'000U);
  EXPECT_GE(bytes(1024, 1), small + 768 * token);
  EXPECT_GE(bytes(256, 4), small + 768 * token);
}

TEST(LlamaLoad, no_context_means_the_trained_one) {
  EXPECT_EQ(load(sprout(0, 1))->info().context, 1024);
}

TEST(LlamaLoad, a_context_beyond_the_trained_one_is_cut_to_it) {
  EXPECT_EQ(load(sprout(5000, 1))->info().context, 1024);
}

TEST(LlamaLoad, each_slot_has_the_whole_context) {
  const auto engine = load(sprout(100, 3));
  for (const int slot : {2, 0, 1}) {
    evaluate(*engine, slot, std::vector<Token>(100, 7));
    EXPECT_EQ(engine->length(slot), 100);
  }
}

TEST(LlamaLoad, a_chunk_is_no_longer_than_the_context) {
  LoadSpec spec = sprout(40, 1);
  EXPECT_EQ(load(spec)->info().chunk, 40);
}

TEST(LlamaLoad, more_slots_than_rows_in_a_batch_work) {
  LoadSpec spec = sprout(64, 8);
  spec.batch = 2;
  const auto engine = load(spec);
  for (int slot = 0; slot < 8; ++slot) evaluate(*engine, slot, {1, 2, 3, 4}, 2);
  EXPECT_EQ(engine->length(7), 4);
}

TEST(LlamaLoad, without_mmap_the_answers_are_the_same) {
  LoadSpec spec = sprout();
  const Values mapped = evaluate(*load(spec), 0, {1, 2, 3, 4});
  spec.use_mmap = false;
  EXPECT_LT(greatest_difference(mapped, evaluate(*load(spec), 0, {1, 2, 3, 4})), 1e-3F);
}

TEST(LlamaLoad, two_threads_give_what_one_gives) {
  LoadSpec spec = sprout();
  const Values one = evaluate(*load(spec), 0, {1, 2, 3, 4});
  spec.threads = 2;
  EXPECT_LT(greatest_difference(one, evaluate(*load(spec), 0, {1, 2, 3, 4})), 1e-3F);
}

TEST(LlamaLoad, numbers_that_cannot_be_are_refused) {
  const auto code = [](auto change) {
    LoadSpec spec = sprout();
    change(spec);
    return error_of(spec).code;
  };
  EXPECT_EQ(code([](LoadSpec& s) { s.context = -1; }), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code([](LoadSpec& s) { s.slots = 0; }), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code([](LoadSpec& s) { s.slots = 100'000; }), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code([](LoadSpec& s) { s.batch = 0; }), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code([](LoadSpec& s) { s.threads = -1; }), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code([](LoadSpec& s) { s.threads = 100'000; }), ErrorCode::kInvalidArgument);
}

TEST(LlamaLoad, progress_rises_to_the_whole) {
  std::vector<float> shares;
  ASSERT_TRUE(load_llama_engine(sprout(), [&](float share) {
    shares.push_back(share);
    return true;
  }));
  ASSERT_FALSE(shares.empty());
  EXPECT_TRUE(std::ranges::is_sorted(shares));
  EXPECT_GE(shares.front(), 0.0F);
  EXPECT_EQ(shares.back(), 1.0F);
}

TEST(LlamaLoad, progress_can_stop_the_load) {
  int calls = 0;
  const Error error = error_of(sprout(), [&](float) { return ++calls < 2; });
  EXPECT_EQ(error.code, ErrorCode::kCanceled);
  EXPECT_EQ(calls, 2);
}

TEST(LlamaLoad, a_missing_file_is_not_found) {
  EXPECT_EQ(error_of(file("/no/such/model.gguf")).code, ErrorCode::kNotFound);
}

TEST(LlamaLoad, a_model_that_lacks_its_end_is_corrupt) {
  const ScratchFile scratch;
  const std::string whole = bytes_of(kSprout);
  for (const size_t size : {0UL, 10UL, 5'000UL, 67'891UL, 100'000UL, whole.size() - 1}) {
    const Error error = error_of(file(scratch.hold(whole.substr(0, size))));
    EXPECT_EQ(error.code, ErrorCode::kCorrupt) << error.text();
  }
}

TEST(LlamaLoad, a_model_with_a_norm_that_libllama_would_assert_on_is_corrupt) {
  const ScratchFile scratch;
  std::string bytes = bytes_of(kSprout);
  const std::string key = "layer_norm_rms_epsilon";
  const size_t last_byte = bytes.find(key) + key.size() + 4 + 3;
  bytes[last_byte] = static_cast<char>(bytes[last_byte] ^ 0x80);
  const Error error = error_of(file(scratch.hold(bytes)));
  EXPECT_EQ(error.code, ErrorCode::kCorrupt);
  EXPECT_NE(error.message.find(key), std::string::npos) << error.message;
}

TEST(LlamaLoad, a_wrong_bit_in_the_header_never_ends_the_process) {
  const ScratchFile scratch;
  const std::string whole = bytes_of(kSprout);
  std::mt19937 random(11);
  for (int i = 0; i < 150; ++i) {
    const auto path = scratch.hold(with_a_wrong_bit(whole, kSproutScalars, random));
    const auto engine = load_llama_engine(file(path));
    if (!engine) continue;
    const std::vector<Row> rows = {{0, 1, false}, {0, 2, true}};
    (void)(*engine)->step(rows, [](size_t, const Logits&) {}, {});
    (void)(*engine)->embed(std::vector<Token>{1, 2}, {});
  }
}

}  // namespace
}  // namespace axllama
