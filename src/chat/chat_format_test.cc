// Formats and tool calls, from the rendered grammar through the sampler to the parser.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>

#include "chat/chat.h"
#include "chat/sprout_test_chat.h"
#include "generate/stream.h"

namespace axllama {
namespace {

using nlohmann::json;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

constexpr const char* kPerson = R"({"type": "object", "properties": {
    "name": {"type": "string", "maxLength": 12}, "age": {"type": "integer"}},
    "required": ["name", "age"], "additionalProperties": false})";

ChatRequest request(Format format, std::optional<Think> think = {}) {
  ChatRequest request{.messages = {{.role = "user", .content = "Who?"}}, .think = think};
  request.settings.format = std::move(format);
  return request;
}

const Format kJson{.kind = Format::Kind::kJson};
const Format kSchema{.kind = Format::Kind::kSchema, .schema = kPerson};

// An answer by a model that wants to say `wanted`, and where its grammar forbids that says what
// chance and the grammar will.
struct Said {
  std::string text;
  Answer answer;
};

Said say(RenderedChat chat, const std::string& wanted, uint32_t chance) {
  auto sampler = Sampler::create(sprout(), {.temperature = 0}, chat.grammar);
  if (!sampler) throw std::runtime_error(sampler.error().text());
  std::mt19937 random(chance);
  TextStream stream({});
  Said said;
  const std::vector<Token> tokens = sprout().encode(wanted, false, true);
  for (size_t i = 0; i < 400; ++i) {
    std::vector<float> logits = random_logits(random, static_cast<size_t>(sprout().size()));
    const Token wish = i < tokens.size() ? tokens[i] : sprout().eos();
    logits[static_cast<size_t>(wish)] = 50;
    for (const char* closer : {"}", "\"", "</tool_call>"})
      logits[static_cast<size_t>(sprout().encode(closer, false, true).at(0))] +=
          static_cast<float>(i) / 10;
    const Token token = sampler->draw({.f32 = logits}).token;
    if (sprout().is_end(token)) break;
    const std::string piece = stream.push(sprout().piece(token));
    said.text += piece;
    said.answer.add(chat.parser.push(piece));
  }
  said.answer.add(chat.parser.push(stream.finish()));
  said.answer.add(chat.parser.finish());
  return said;
}

TEST(ChatFormat, json_is_forced_when_thinking_is_off) {
  for (uint32_t chance = 0; chance < 3; ++chance) {
    const Said said = say(render(request(kJson, Think{.on = false})), "Well, hello!", chance);
    EXPECT_TRUE(json::parse(said.answer.content, nullptr, false).is_object()) << said.text;
    EXPECT_EQ(said.answer.thinking, "");
  }
}

TEST(ChatFormat, schema_holds_after_the_thinking_only) {
  for (uint32_t chance = 0; chance < 3; ++chance) {
    const Said said = say(render(request(kSchema)),
                          "<think>\nJust {prose}, \"free\".\n</think>\n\nWell, hello!", chance);
    EXPECT_EQ(said.answer.thinking, "Just {prose}, \"free\".\n");
    const json parsed = json::parse(said.answer.content, nullptr, false);
    ASSERT_TRUE(parsed.is_object()) << said.text;
    EXPECT_TRUE(parsed.at("age").is_number_integer());
    EXPECT_EQ(parsed.size(), 2U);
  }
}

TEST(ChatFormat, what_fits_the_schema_is_left_alone) {
  const std::string wanted = R"({"name": "Ada", "age": 36})";
  EXPECT_EQ(say(render(request(kSchema, Think{.on = false})), wanted, 1).answer.content, wanted);
  const Said thought = say(render(request(kSchema)), "<think>\nAda.\n</think>\n\n" + wanted, 1);
  EXPECT_EQ(thought.answer.content, wanted);
  EXPECT_EQ(thought.answer.thinking, "Ada.\n");
}

TEST(ChatFormat, model_need_not_think) {
  const std::string wanted = R"({"name": "Ada", "age": 36})";
  const Said said = say(render(request(kSchema)), wanted, 1);
  EXPECT_EQ(said.answer.content, wanted);
  EXPECT_EQ(said.answer.thinking, "");
}

TEST(ChatFormat, content_comes_as_it_grows) {
  AnswerParser parser = render(request(kJson)).parser;
  const std::string thought = "<think>\nhm\n</think>\n\n";
  const std::string content = R"({"a": "b c d", "e": [1, 2]})";
  for (const std::string& piece : one_by_one(thought)) parser.push(piece);
  for (const std::string& piece : one_by_one(content))
    EXPECT_THAT(parser.push(piece), testing::ElementsAre(Event(Content{piece})));
  EXPECT_THAT(parser.finish(), IsEmpty());
}

TEST(ChatFormat, fence_around_the_json_is_no_content) {
  const std::string text = "```json\n{\"a\": \"`b`\"}\n```";
  for (const auto& pieces : {std::vector{text}, one_by_one(text)}) {
    const Answer answer = parse(render(request(kJson, Think{.on = false})).parser, pieces);
    EXPECT_EQ(answer.content, "{\"a\": \"`b`\"}");
  }
}

TEST(ChatFormat, json_that_breaks_off_is_content_still) {
  const Answer answer =
      parse(render(request(kJson, Think{.on = false})).parser, {"{\"a\": \"b", " c"});
  EXPECT_EQ(answer.content, "{\"a\": \"b c");
}

TEST(ChatFormat, no_format_binds_nothing) {
  EXPECT_THAT(render(request({})).grammar.gbnf, IsEmpty());
}

TEST(ChatFormat, bad_schema_is_refused_with_the_reason) {
  const auto rendered = sprout_template().render(
      request({.kind = Format::Kind::kSchema, .schema = R"({"type": "nonsense"})"}));
  ASSERT_FALSE(rendered.has_value());
  EXPECT_EQ(rendered.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(rendered.error().message, HasSubstr("nonsense"));
}

ChatRequest tool_request() {
  return {.messages = {{.role = "user", .content = "Weather?"}},
          .tools = {weather_tool(), add_tool()}};
}

TEST(ChatFormat, tool_calls_are_forced_into_form_once_begun) {
  for (uint32_t chance = 0; chance < 5; ++chance) {
    const Said said = say(render(tool_request()),
                          "<think>\nhm\n</think>\n\nI look: <tool_call>\nnonsense", chance);
    EXPECT_EQ(said.answer.thinking, "hm\n");
    EXPECT_EQ(said.answer.content, "I look: ") << said.text;
    ASSERT_GE(said.answer.calls.size(), 1U) << said.text;
    EXPECT_TRUE(json::parse(said.answer.calls[0].arguments, nullptr, false).is_object());
  }
}

TEST(ChatFormat, a_call_that_is_only_thought_of_is_not_forced) {
  const std::string thought = "I could write <tool_call>\nlike this";
  const Said said = say(render(tool_request()), "<think>\n" + thought + "</think>\n\nNo.", 1);
  EXPECT_EQ(said.answer.thinking, thought);
  EXPECT_EQ(said.answer.content, "No.");
}

TEST(ChatFormat, a_call_can_be_demanded) {
  ChatRequest request = tool_request();
  request.tool_choice = ToolChoice::kRequired;
  for (uint32_t chance = 0; chance < 5; ++chance) {
    const Said thought = say(render(request), "<think>\nhm\n</think>\n\nNo, thank you.", chance);
    EXPECT_EQ(thought.answer.thinking, "hm\n");
    EXPECT_EQ(thought.answer.content, "") << thought.text;
    EXPECT_GE(thought.answer.calls.size(), 1U) << thought.text;
    request.think = Think{.on = false};
    const Said said = say(render(request), "No, thank you.", chance);
    EXPECT_EQ(said.answer.content, "") << said.text;
    EXPECT_GE(said.answer.calls.size(), 1U) << said.text;
    request.think.reset();
  }
}

TEST(ChatFormat, a_call_that_is_not_wanted_is_content) {
  ChatRequest request = tool_request();
  request.tool_choice = ToolChoice::kNone;
  request.think = Think{.on = false};
  const RenderedChat chat = render(request);
  EXPECT_EQ(chat.grammar.gbnf, "");
  const Said said = say(render(request), "<tool_call>\n{\"name\": \"add\"}\n</tool_call>", 1);
  EXPECT_THAT(said.answer.calls, IsEmpty());
  EXPECT_THAT(said.answer.content, HasSubstr("add"));
}

TEST(ChatFormat, one_call_is_enough_when_more_are_not_wanted) {
  ChatRequest request = tool_request();
  request.parallel_calls = false;
  request.think = Think{.on = false};
  const std::string call = "<tool_call>\n{\"name\": \"add\", \"arguments\": {}}\n</tool_call>\n";
  for (uint32_t chance = 0; chance < 3; ++chance) {
    EXPECT_EQ(say(render(request), call + call, chance).answer.calls.size(), 1U);
  }
}

TEST(ChatFormat, a_template_without_calls_can_not_be_made_to_call) {
  const auto plain = ChatTemplate::create(
      "{% for message in messages %}{{ message.content }}{% endfor %}", sprout());
  ASSERT_TRUE(plain);
  ChatRequest request = tool_request();
  request.tool_choice = ToolChoice::kRequired;
  EXPECT_EQ(plain->render(request).error().code, ErrorCode::kInvalidArgument);
}

TEST(ChatFormat, answers_without_calls_are_free) {
  const Said said = say(render(tool_request()), "It {will} \"rain\".", 1);
  EXPECT_EQ(said.answer.content, "It {will} \"rain\".");
}

}  // namespace
}  // namespace axllama
