#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <llama.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <random>

#include "generate/constraint.h"
#include "generate/penalties.h"
#include "generate/sampler.h"
#include "generate/sprout_test_vocabulary.h"
#include "generate/stream.h"

namespace axllama {
namespace {

using nlohmann::json;

const size_t kSize = static_cast<size_t>(sprout().size());

// What comes out when a model of pure chance answers under a grammar. The pull towards the end
// grows, as a model's does, so that an answer ends some day.
std::string answer(const Grammar& grammar, const Options& options, uint32_t chance,
                   size_t most = 400) {
  auto sampler = Sampler::create(sprout(), options, grammar);
  if (!sampler) throw std::runtime_error(sampler.error().text());
  std::mt19937 random(chance);
  TextStream stream({});
  std::string text;
  for (size_t i = 0; i < most; ++i) {
    std::vector<float> logits = random_logits(random, kSize);
    const auto lift = [&](std::string_view piece, float by) {
      logits[static_cast<size_t>(sprout().encode(piece, false, true).at(0))] += by;
    };
    for (const char* closer : {"}", "]", "\"", "</tool_call>"})
      lift(closer, static_cast<float>(i) / 8);
    logits[static_cast<size_t>(sprout().eos())] += static_cast<float>(i) / 8;
    const Token token = sampler->draw({.f32 = logits}).token;
    if (sprout().is_end(token)) return text + stream.finish();
    text += stream.push(sprout().piece(token));
  }
  return text + " (no end)";
}

TEST(SamplerGrammar, json_grammar_gives_an_object_whatever_the_logits) {
  for (uint32_t chance = 0; chance < 10; ++chance) {
    const std::string text = answer({.gbnf = *json_grammar()}, {.seed = chance}, chance);
    EXPECT_TRUE(json::parse(text, nullptr, false).is_object()) << text;
  }
}

TEST(SamplerGrammar, json_grammar_binds_the_greedy_too) {
  for (uint32_t chance = 0; chance < 5; ++chance) {
    const std::string text = answer({.gbnf = *json_grammar()}, {.temperature = 0}, chance);
    EXPECT_TRUE(json::parse(text, nullptr, false).is_object()) << text;
  }
}

// Held against the grammar are the best first and all only if need be: rules that allow most, some
// and hardly any tokens.
TEST(SamplerGrammar, the_greedy_token_is_the_best_of_all_that_are_allowed) {
  for (const char* gbnf : {"root ::= [^x]+", "root ::= [a-f]+", "root ::= [0-9]+"}) {
    for (const double penalty : {1.0, 1.5, 0.5}) {
      const Options options{.temperature = 0, .repeat_penalty = penalty};
      auto sampler = Sampler::create(sprout(), options, {.gbnf = gbnf});
      Constraint constraint = *Constraint::create(sprout(), {.gbnf = gbnf});
      Penalties penalties(options);
      std::mt19937 random(5);
      for (int i = 0; i < 20; ++i) {
        const std::vector<float> logits = random_logits(random, kSize);
        std::vector<Candidate> all;
        take_all({.f32 = logits}, sprout().size(), all);
        constraint.filter(all);
        penalties.apply(all);
        const Token best = std::ranges::max_element(all, {}, &Candidate::logit)->id;
        ASSERT_EQ(sampler->draw({.f32 = logits}).token, best) << gbnf << ", draw " << i;
        constraint.accept(best);
        penalties.accept(best);
      }
    }
  }
}

TEST(SamplerGrammar, schema_binds_names_and_types) {
  const auto gbnf = schema_grammar(R"({"type": "object", "properties": {
      "name": {"type": "string", "maxLength": 20}, "age": {"type": "integer"},
      "kind": {"enum": ["cat", "dog"]}}, "required": ["name", "age", "kind"]})");
  ASSERT_TRUE(gbnf.has_value()) << gbnf.error().text();
  for (uint32_t chance = 0; chance < 10; ++chance) {
    const std::string text = answer({.gbnf = *gbnf}, {.seed = chance}, chance);
    const json parsed = json::parse(text, nullptr, false);
    ASSERT_TRUE(parsed.is_object()) << text;
    EXPECT_TRUE(parsed.at("name").is_string());
    EXPECT_TRUE(parsed.at("age").is_number_integer());
    EXPECT_TRUE(parsed.at("kind") == "cat" || parsed.at("kind") == "dog");
  }
}

TEST(SamplerGrammar, end_tokens_wait_until_the_grammar_is_complete) {
  auto sampler =
      Sampler::create(sprout(), {.temperature = 0}, {.gbnf = R"(root ::= "yes" | "no")"});
  ASSERT_TRUE(sampler.has_value());
  std::vector<float> logits(kSize, 0.0F);
  logits[static_cast<size_t>(sprout().eos())] = 10;
  std::string text;
  Token token = sampler->draw({.f32 = logits}).token;
  for (int i = 0; i < 5 && !sprout().is_end(token); ++i) {
    text += sprout().piece(token);
    token = sampler->draw({.f32 = logits}).token;
  }
  EXPECT_TRUE(text == "yes" || text == "no") << text;
  EXPECT_TRUE(sprout().is_end(token));
}

TEST(SamplerGrammar, text_that_stands_already_has_been_read) {
  const Grammar grammar{.gbnf = R"(root ::= "<|im_start|>assistant\n" "yes")",
                        .already = "<|im_start|>assistant\n"};
  EXPECT_EQ(answer(grammar, {.temperature = 0}, 1), "yes");
}

TEST(SamplerGrammar, text_that_stands_already_must_match) {
  const auto sampler = Sampler::create(sprout(), {}, {.gbnf = R"(root ::= "a")", .already = "b"});
  ASSERT_FALSE(sampler.has_value());
  EXPECT_EQ(sampler.error().code, ErrorCode::kInvalidArgument);
}

TEST(SamplerGrammar, sleeping_grammar_holds_from_its_trigger_on) {
  const Grammar grammar{.gbnf = R"(root ::= "<tool_call>\n" [0-9]{1,9} "</tool_call>")",
                        .trigger_words = {"<tool_call>\n"}};
  auto sampler = Sampler::create(sprout(), {.temperature = 0}, grammar);
  ASSERT_TRUE(sampler.has_value());
  const auto say = [&](const std::string& wanted) {
    std::string said;
    for (const Token token : sprout().encode(wanted, false, true)) {
      std::vector<float> logits(kSize, 0.0F);
      logits[static_cast<size_t>(token)] = 5;
      said += sprout().piece(sampler->draw({.f32 = logits}).token, true);
    }
    return said;
  };
  EXPECT_EQ(say("free {speech"), "free {speech");
  EXPECT_EQ(say("<tool_call>\n"), "<tool_call>\n");
  EXPECT_THAT(say("xyz"), testing::MatchesRegex("[0-9]+(</tool_call>)?"));
}

TEST(SamplerGrammar, grammar_that_its_trigger_breaks_is_given_up) {
  const Grammar grammar{.gbnf = R"(root ::= "never")", .trigger_words = {"<tool_call>"}};
  auto sampler = Sampler::create(sprout(), {.temperature = 0}, grammar);
  ASSERT_TRUE(sampler.has_value());
  for (const Token token : sprout().encode("<tool_call>free", false, true)) {
    std::vector<float> logits(kSize, 0.0F);
    logits[static_cast<size_t>(token)] = 5;
    EXPECT_EQ(sampler->draw({.f32 = logits}).token, token);
  }
}

TEST(SamplerGrammar, where_none_of_a_few_logits_may_come_another_token_does) {
  auto sampler = Sampler::create(sprout(), {}, {.gbnf = R"(root ::= "yes")"});
  ASSERT_TRUE(sampler.has_value());
  const std::vector<uint16_t> values = to_bf16({1, 2});
  const std::vector<uint32_t> ids = {static_cast<uint32_t>(sprout().encode("no", false, false)[0]),
                                     static_cast<uint32_t>(sprout().encode("{", false, false)[0])};
  std::string text;
  for (int i = 0; i < 4; ++i) {
    const Token token = sampler->draw({.bf16 = values, .ids = ids}).token;
    if (sprout().is_end(token)) break;
    text += sprout().piece(token);
  }
  EXPECT_EQ(text, "yes");
}

TEST(SamplerGrammar, bad_grammar_is_refused) {
  for (const char* gbnf : {"root ::= (", "top ::= \"a\"", "root ::= missing", "root ::= root"}) {
    const auto sampler = Sampler::create(sprout(), {}, {.gbnf = gbnf});
    ASSERT_FALSE(sampler.has_value()) << gbnf;
    EXPECT_EQ(sampler.error().code, ErrorCode::kInvalidArgument);
  }
  const auto sampler =
      Sampler::create(sprout(), {}, {.gbnf = "root ::= \"a\"", .trigger_patterns = {"("}});
  ASSERT_FALSE(sampler.has_value());
  EXPECT_EQ(sampler.error().code, ErrorCode::kInvalidArgument);
}

TEST(SamplerGrammar, bad_schema_is_refused_with_the_reason) {
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += R"({"items":)";
  for (const std::string& schema :
       {std::string("{"), std::string(R"({"type": "nonsense"})"),
        std::string(R"({"$ref": "#/nowhere"})"), std::string(R"({"pattern": "^(a$"})"), deep}) {
    const auto gbnf = schema_grammar(schema);
    ASSERT_FALSE(gbnf.has_value()) << schema << *gbnf;
    EXPECT_EQ(gbnf.error().code, ErrorCode::kInvalidArgument);
    EXPECT_GT(gbnf.error().message.size(), 30U);
  }
}

}  // namespace
}  // namespace axllama
