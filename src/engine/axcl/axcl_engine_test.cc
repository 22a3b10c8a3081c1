#include "engine/axcl/axcl_engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "axmodel/folder.h"
#include "engine/axcl/loaded_model.h"
#include "engine/axcl/standin_kit.h"
#include "engine/llama/llama_engine.h"
#include "test_places.h"

namespace axllama {
namespace {

using namespace npu_test;
using testing::HasSubstr;

const char* const kPrompts[] = {
    "<|im_start|>user\nWhat is the capital of France?<|im_end|>\n<|im_start|>assistant\n",
    "<|im_start|>user\nWhat is the capital of Italy?<|im_end|>\n<|im_start|>assistant\n",
    "<|im_start|>user\nWhat is 3 plus 4?<|im_end|>\n<|im_start|>assistant\n",
    "<|im_start|>user\nMy name is Clara.<|im_end|>\n<|im_start|>assistant\nNice to meet you, "
    "Clara.<|im_end|>\n<|im_start|>user\nWhat is my name?<|im_end|>\n<|im_start|>assistant\n",
    "The capital of France is",
    "<|im_start|>user\nCount to 7.<|im_end|>\n<|im_start|>assistant\n",
};

std::vector<Token> greedy(Engine& engine, int slot, const std::string& prompt, int count) {
  engine.truncate(slot, 0);
  std::vector<Token> tokens;
  Bits logits = evaluate(engine, slot, engine.vocabulary().encode(prompt, true, true));
  for (int i = 0; i < count; ++i) {
    const Token next = hottest(logits);
    tokens.push_back(next);
    if (engine.vocabulary().is_end(next)) break;
    logits = evaluate(engine, slot, {next});
  }
  return tokens;
}

std::vector<Token> greedy_on_cpu(Engine& engine, const std::string& prompt, int count) {
  engine.truncate(0, 0);
  std::vector<Token> tokens;
  std::vector<Token> next = engine.vocabulary().encode(prompt, true, true);
  for (int i = 0; i < count; ++i) {
    std::vector<Row> rows;
    for (const Token token : next) rows.push_back({0, token, false});
    rows.back().wants_logits = true;
    Token best = 0;
    const auto take = [&](size_t, const Logits& row) {
      best = static_cast<Token>(std::ranges::max_element(row.f32) - row.f32.begin());
    };
    or_throw(engine.step(rows, take, {}));
    tokens.push_back(best);
    if (engine.vocabulary().is_end(best)) break;
    next = {best};
  }
  return tokens;
}

TEST(AxclEngine, greedy_tokens_are_those_of_the_cpu_engine) {
  const auto npu = load(spec(packed(kSmall)));
  LoadSpec cpu_spec;
  cpu_spec.model = source_path("/models/sprout/sprout-f16.gguf");
  cpu_spec.context = 256;
  cpu_spec.threads = 1;
  const auto cpu = or_throw(load_llama_engine(cpu_spec));
  for (const char* prompt : kPrompts) {
    const std::vector<Token> want = greedy_on_cpu(*cpu, prompt, 24);
    EXPECT_EQ(npu->vocabulary().decode(greedy(*npu, 0, prompt, 24), true),
              cpu->vocabulary().decode(want, true))
        << prompt;
  }
}

TEST(AxclEngine, the_fast_path_gives_the_bits_of_the_plain_path) {
  AxclSpec plain_spec = spec(packed(kSmall));
  plain_spec.shortcuts = npu::kPlain;
  const auto fast = load(spec(packed(kSmall)));
  const auto plain = load(plain_spec);
  for (const char* prompt : kPrompts) {
    std::vector<Token> next = fast->vocabulary().encode(prompt, true, true);
    fast->truncate(0, 0);
    plain->truncate(0, 0);
    for (int i = 0; i < 12; ++i) {
      const Bits a = evaluate(*fast, 0, next);
      const Bits b = evaluate(*plain, 0, next);
      ASSERT_EQ(a, b) << prompt << " token " << i;
      next = {hottest(a)};
    }
  }
}

TEST(AxclEngine, every_layout_says_the_same) {
  const auto usual = load(spec(packed(kSmall)));
  const std::vector<Token> want = greedy(*usual, 0, kPrompts[0], 16);
  for (const std::string layout :
       {"--layout nested", "--layout old", "--config empty", "--config missing",
        "--decode-contexts 63,127", "--tokenizer hf"}) {
    const auto engine = load(spec(packed(std::string(kSmall) + " " + layout)));
    EXPECT_EQ(greedy(*engine, 0, kPrompts[0], 16), want) << layout;
  }
}

TEST(AxclEngine, slots_do_not_see_each_other) {
  const auto engine = load(spec(packed(kSmall), 3));
  const std::vector<Token> a = engine->vocabulary().encode(kPrompts[3], true, true);
  const std::vector<Token> b = engine->vocabulary().encode(kPrompts[2], true, true);
  const Bits alone = evaluate(*engine, 0, a);
  engine->truncate(0, 0);
  Bits last;
  for (size_t i = 0; i < a.size(); ++i) {
    if (i < b.size()) evaluate(*engine, 1, {b[i]});
    last = evaluate(*engine, 2, {a[i]});
  }
  EXPECT_EQ(hottest(last), hottest(alone));
  EXPECT_EQ(engine->length(1), static_cast<int>(b.size()));
}

TEST(AxclEngine, a_truncated_slot_goes_on_as_if_nothing_had_followed) {
  const auto engine = load(spec(packed(kSmall)));
  const std::vector<Token> tokens = engine->vocabulary().encode(kPrompts[0], true, true);
  const Bits first = evaluate(*engine, 0, tokens);
  const int kept = engine->length(0) - 1;
  evaluate(*engine, 0, engine->vocabulary().encode(kPrompts[5], true, true));
  EXPECT_EQ(engine->truncate(0, kept), kept);
  const Bits again = evaluate(*engine, 0, {tokens.back()});
  EXPECT_EQ(hottest(again), hottest(first));
}

TEST(AxclEngine, a_copied_prefix_stands_for_the_prompt) {
  const auto engine = load(spec(packed(kSmall), 2));
  const std::vector<Token> tokens = engine->vocabulary().encode(kPrompts[3], true, true);
  const std::vector<Token> head(tokens.begin(), tokens.end() - 1);
  evaluate(*engine, 0, head);
  ASSERT_TRUE(engine->copy(0, 1, static_cast<int>(head.size())));
  EXPECT_EQ(evaluate(*engine, 1, {tokens.back()}), evaluate(*engine, 0, {tokens.back()}));
}

TEST(AxclEngine, the_last_position_of_the_context_works_and_the_next_is_refused) {
  const auto engine = load(spec(packed(kSmall)));
  const int context = engine->info().context;
  evaluate(*engine, 0, std::vector<Token>(static_cast<size_t>(context), 5));
  EXPECT_EQ(engine->length(0), context);
  const Row one{0, 5, true};
  const Result<void> more = engine->step({&one, 1}, [](size_t, const Logits&) {}, {});
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(engine->length(0), context);
}

TEST(AxclEngine, a_thread_that_did_not_load_it_may_run_it) {
  const auto engine = load(spec(packed(kSmall)));
  const Bits here = evaluate(*engine, 0, {5, 6, 7});
  engine->truncate(0, 0);
  Bits there;
  std::thread([&] { there = evaluate(*engine, 0, {5, 6, 7}); }).join();
  EXPECT_EQ(there, here);
}

TEST(AxclEngine, a_thread_that_loads_it_may_end) {
  std::unique_ptr<Engine> engine;
  std::thread([&] { engine = load(spec(packed(kSmall))); }).join();
  std::thread([&] { EXPECT_FALSE(evaluate(*engine, 0, {5, 6, 7}).empty()); }).join();
}

// What each driver refuses is turned off by the self-check, and the bits stay.
TEST(AxclEngine, every_driver_profile_gives_the_same_bits) {
  const Bits want = [] {
    const auto engine = load(spec(packed(kSmall)));
    return evaluate(*engine, 0, engine->vocabulary().encode(kPrompts[0], true, true));
  }();
  for (const std::string profile : {"strict", "2.25", "3.6.5"}) {
    const Control set("profile = " + profile + "\n");
    const auto engine = load(spec(packed(kSmall)));
    EXPECT_EQ(evaluate(*engine, 0, engine->vocabulary().encode(kPrompts[0], true, true)), want)
        << profile;
  }
}

TEST(AxclEngine, a_failed_run_is_an_error_and_the_slot_is_as_before) {
  const auto engine = load(spec(packed(kSmall)));
  evaluate(*engine, 0, {5, 6, 7});
  {
    const Control set("bad_return = axclrtEngineExecuteAsync:1:0x8030070c\n");
    const Row one{0, 8, true};
    const Result<void> failed = engine->step({&one, 1}, [](size_t, const Logits&) {}, {});
    ASSERT_FALSE(failed);
    EXPECT_THAT(failed.error().message, HasSubstr("0x8030070c"));
  }
  EXPECT_EQ(engine->length(0), 3);
}

int64_t trips_per_token(const AxclSpec& how) {
  const auto engine = load(how);
  evaluate(*engine, 0, {5, 6});
  const int64_t before = count("round_trips");
  for (int i = 0; i < 10; ++i) evaluate(*engine, 0, {7});
  return (count("round_trips") - before) / 10;
}

TEST(AxclEngine, a_token_waits_three_times_for_the_card) {
  AxclSpec how = spec(packed(kSmall));
  EXPECT_EQ(trips_per_token(how), 3);  // inputs up, the end of the chain, logits down
  how.shortcuts.async_chain = how.shortcuts.async_chunks = false;
  EXPECT_EQ(trips_per_token(how), 6 + 1 + 2);  // each layer, the head, inputs and logits
  how.shortcuts = npu::kPlain;
  EXPECT_EQ(trips_per_token(how), 6 * 6 + 1 + 3);
}

int64_t trips_of_a_chunk(const AxclSpec& how) {
  const auto engine = load(how);
  const std::vector<Token> chunk(static_cast<size_t>(engine->info().chunk), 9);
  evaluate(*engine, 0, chunk);
  const int64_t before = count("round_trips");
  evaluate(*engine, 0, chunk);
  return count("round_trips") - before;
}

TEST(AxclEngine, a_chunk_waits_once_for_all_layers) {
  AxclSpec how = spec(packed(kSmall));
  // Rows, positions and mask up; the end of the chain; the last row to the head, its run, logits.
  EXPECT_EQ(trips_of_a_chunk(how), 3 + 1 + 3);
  how.shortcuts.async_chunks = false;
  EXPECT_EQ(trips_of_a_chunk(how), 3 + 6 * 3 + 3);
}

TEST(AxclEngine, no_card_is_said_plainly) {
  const Control set("card_absent = 1\n");
  const auto engine = load_axcl_engine(runtime(), spec(packed(kSmall)));
  ASSERT_FALSE(engine);
  EXPECT_EQ(engine.error().code, ErrorCode::kUnavailable) << engine.error().text();
}

TEST(AxclEngine, memory_that_ends_in_the_middle_of_a_load_is_an_error_and_all_is_given_back) {
  const auto before = free_memory();
  {
    const Control set("out_of_memory_at = 4000000\n");
    const auto engine = load_axcl_engine(runtime(), spec(packed(kSmall)));
    ASSERT_FALSE(engine);
    EXPECT_THAT(engine.error().text(),
                testing::AllOf(HasSubstr("_together.axmodel"), HasSubstr("out of memory")));
  }
  EXPECT_EQ(free_memory(), before);
}

TEST(AxclEngine, a_model_that_does_not_fit_is_refused_with_the_numbers_before_the_first_byte) {
  const axmodel::ModelFolder folder = or_throw(axmodel::describe_folder(packed(kSmall)));
  npu::MemoryGuard guard{.free = 1'000'000, .floor = 1000, .later = 5000};
  const auto refused = npu::load_model(runtime()->call(), folder, guard, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kNoMemory);
  EXPECT_THAT(refused.error().message, HasSubstr("1 MB are free"));
}

TEST(AxclEngine, a_canceled_load_gives_everything_back) {
  const auto before = free_memory();
  const auto engine =
      load_axcl_engine(runtime(), spec(packed(kSmall)), [](float share) { return share < 0.5F; });
  ASSERT_FALSE(engine);
  EXPECT_EQ(engine.error().code, ErrorCode::kCanceled);
  EXPECT_EQ(free_memory(), before);
}

}  // namespace
}  // namespace axllama
