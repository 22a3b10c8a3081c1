// The same draws as llama-server, whose sampler is common_sampler.
#include <common.h>
#include <gtest/gtest.h>
#include <llama.h>
#include <sampling.h>

#include <memory>

#include "generate/sampler.h"
#include "generate/sprout_test_vocabulary.h"
#include "test_places.h"

namespace axllama {
namespace {

struct Free {
  void operator()(llama_model* model) const { llama_model_free(model); }
  void operator()(llama_context* context) const { llama_free(context); }
};

class Parity : public testing::Test {
 protected:
  void SetUp() override {
    sprout();  // starts libllama
    model_.reset(llama_model_load_from_file(source_path("/models/sprout/sprout-q8_0.gguf").c_str(),
                                            llama_model_default_params()));
    llama_context_params params = llama_context_default_params();
    params.n_ctx = 256;
    params.n_threads = params.n_threads_batch = 1;
    context_.reset(llama_init_from_model(model_.get(), params));
    ASSERT_TRUE(context_);
  }

  void decode(std::vector<Token> tokens) {
    ASSERT_EQ(llama_decode(context_.get(),
                           llama_batch_get_one(tokens.data(), static_cast<int>(tokens.size()))),
              0);
  }

  void expect_same(const Options& options, const std::string& gbnf = {}) {
    common_params_sampling params;
    params.seed = static_cast<uint32_t>(options.seed);
    params.top_k = static_cast<int32_t>(options.top_k);
    params.top_p = static_cast<float>(options.top_p);
    params.min_p = static_cast<float>(options.min_p);
    params.typ_p = static_cast<float>(options.typical_p);
    params.temp = static_cast<float>(options.temperature);
    params.penalty_last_n = static_cast<int32_t>(options.repeat_last_n);
    params.penalty_repeat = static_cast<float>(options.repeat_penalty);
    params.penalty_freq = static_cast<float>(options.frequency_penalty);
    params.penalty_present = static_cast<float>(options.presence_penalty);
    if (!gbnf.empty()) params.grammar = {COMMON_GRAMMAR_TYPE_USER, gbnf};
    const common_sampler_ptr theirs(common_sampler_init(model_.get(), params));
    auto ours = Sampler::create(sprout(), options, {.gbnf = gbnf});
    ASSERT_TRUE(ours.has_value());
    const std::vector<Token> prompt = sprout().encode(
        "<|im_start|>user\nTell me a story.<|im_end|>\n<|im_start|>assistant\n", true, true);
    llama_memory_clear(llama_get_memory(context_.get()), true);
    decode(prompt);
    ours->accept_prompt(prompt);
    for (const Token token : prompt) common_sampler_accept(theirs.get(), token, false);
    for (int i = 0; i < 150; ++i) {
      const float* logits = llama_get_logits_ith(context_.get(), -1);
      const std::span<const float> row(logits, static_cast<size_t>(sprout().size()));
      const Token expected = common_sampler_sample(theirs.get(), context_.get(), -1);
      common_sampler_accept(theirs.get(), expected, true);
      ASSERT_EQ(ours->draw({.f32 = row}).token, expected) << "draw " << i;
      if (sprout().is_end(expected)) break;
      decode({expected});
    }
  }

  std::unique_ptr<llama_model, Free> model_;
  std::unique_ptr<llama_context, Free> context_;
};

TEST_F(Parity, defaults) {
  for (int64_t seed = 0; seed < 5; ++seed) expect_same({.seed = seed});
}

TEST_F(Parity, each_option) {
  for (const Options& options :
       {Options{.temperature = 1.5, .seed = 1}, Options{.temperature = 0, .seed = 1},
        Options{.top_k = 5, .seed = 2}, Options{.top_k = 0, .seed = 3},
        Options{.top_p = 0.5, .seed = 4}, Options{.top_k = 0, .top_p = 0.99, .seed = 4},
        Options{.top_p = 1, .min_p = 0.1, .seed = 5}, Options{.typical_p = 0.7, .seed = 6},
        Options{.top_k = 0, .typical_p = 0.9, .seed = 6},
        Options{.temperature = 1.2, .top_k = 0, .top_p = 1, .min_p = 0.05, .seed = 7}}) {
    expect_same(options);
  }
}

TEST_F(Parity, penalties) {
  for (const Options& options :
       {Options{.repeat_penalty = 1.3, .seed = 1}, Options{.repeat_penalty = 0.9, .seed = 2},
        Options{.repeat_last_n = 5, .presence_penalty = 0.8, .seed = 3},
        Options{.temperature = 1.3, .frequency_penalty = 0.5, .seed = 4},
        Options{.temperature = 0, .repeat_penalty = 1.4},
        Options{.top_k = 0, .repeat_penalty = 1.1, .seed = 5}}) {
    expect_same(options);
  }
}

TEST_F(Parity, grammar) {
  for (int64_t seed = 0; seed < 3; ++seed) {
    expect_same({.seed = seed}, *json_grammar());
    expect_same({.temperature = 1.5, .seed = seed}, "root ::= ([a-z]+ \" \")+ \".\"");
  }
  expect_same({.temperature = 0}, *json_grammar());
  expect_same({.repeat_penalty = 1.3, .seed = 4}, "root ::= [a-z ]+");
  expect_same({.temperature = 1.5, .top_k = 500, .presence_penalty = -1, .seed = 5},
              "root ::= ([0-9]+ \" \")+");
}

}  // namespace
}  // namespace axllama
