#include "generate/penalties.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <llama.h>

#include <random>

#include "generate/sprout_test_vocabulary.h"

namespace axllama {
namespace {

using testing::ElementsAre;

struct Case {
  const char* name;
  int64_t last_n;
  double repeat, frequency, presence;
};

std::vector<Candidate> candidates_of(const std::vector<float>& logits) {
  std::vector<Candidate> candidates;
  for (size_t i = 0; i < logits.size(); ++i)
    candidates.push_back({static_cast<Token>(i), logits[i], 0});
  return candidates;
}

TEST(Penalties, arithmetic_is_that_of_the_reference_and_of_libllama) {
  std::mt19937 random(5);
  for (const Case& c : {Case{"repeat", 64, 1.3, 0, 0}, Case{"encourage", 64, 0.8, 0, 0},
                        Case{"frequency", 64, 1, 0.7, 0}, Case{"presence", 64, 1, 0, 0.4},
                        Case{"all", 64, 1.1, 0.2, -0.5}, Case{"short window", 3, 1.1, 0.2, 0.5}}) {
    Penalties penalties({.repeat_last_n = c.last_n,
                         .repeat_penalty = c.repeat,
                         .presence_penalty = c.presence,
                         .frequency_penalty = c.frequency});
    llama_sampler* theirs = llama_sampler_init_penalties(
        50, static_cast<int32_t>(c.last_n), static_cast<float>(c.repeat),
        static_cast<float>(c.frequency), static_cast<float>(c.presence));
    std::vector<Token> said;
    for (int i = 0; i < 100; ++i) {
      said.push_back(static_cast<Token>(random() % 50));
      penalties.accept(said.back());
      llama_sampler_accept(theirs, said.back());
    }
    const std::vector<float> logits = random_logits(random, 50);
    std::vector<Candidate> ours = candidates_of(logits);
    std::vector<Candidate> others = ours;
    penalties.apply(ours);
    llama_token_data_array array{others.data(), others.size(), -1, false};
    llama_sampler_apply(theirs, &array);
    llama_sampler_free(theirs);
    for (size_t id = 0; id < 50; ++id) {
      const auto window = std::span(said).last(static_cast<size_t>(c.last_n));
      const auto count = static_cast<float>(std::ranges::count(window, static_cast<Token>(id)));
      float expected = logits[id];
      if (count > 0) {
        const auto repeat = static_cast<float>(c.repeat);
        expected = expected > 0 ? expected / repeat : expected * repeat;
        expected -= count * static_cast<float>(c.frequency) + static_cast<float>(c.presence);
      }
      EXPECT_EQ(ours[id].logit, expected) << c.name << " " << id;
      EXPECT_EQ(ours[id].logit, others[id].logit) << c.name << " " << id;
    }
  }
}

TEST(Penalties, are_off_when_they_would_change_nothing) {
  EXPECT_FALSE(Penalties({}).on());
  EXPECT_FALSE(Penalties({.repeat_last_n = 0, .repeat_penalty = 1.5}).on());
  EXPECT_TRUE(Penalties({.repeat_penalty = 1.5}).on());
  EXPECT_TRUE(Penalties({.presence_penalty = 0.1}).on());
}

TEST(Penalties, window_forgets_the_oldest_token) {
  Penalties penalties({.repeat_last_n = 2, .repeat_penalty = 1.5});
  for (const Token token : {7, 7, 3, 9}) penalties.accept(token);
  EXPECT_THAT(penalties.tokens(), ElementsAre(3, 9));
}

TEST(Penalties, window_of_minus_one_forgets_nothing) {
  Penalties penalties({.repeat_last_n = -1, .repeat_penalty = 1.5});
  for (Token token = 0; token < 1000; ++token) penalties.accept(token);
  EXPECT_EQ(penalties.tokens().size(), 1000U);
}

}  // namespace
}  // namespace axllama
