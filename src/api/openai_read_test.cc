#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/openai.h"

namespace axllama::openai {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

std::string chat_of(const std::string& message) {
  return R"({"messages":[)" + message + "]}";
}

// A chat of one message of the user, with further fields.
std::string chat_with(const std::string& fields) {
  return R"({"messages":[{"role":"user","content":"x"}],)" + fields + "}";
}

Message message_of(const std::string& message) {
  const auto body = read_chat(chat_of(message));
  EXPECT_TRUE(body) << body.error().message;
  return body ? body->messages.front() : Message{};
}

OptionList options_of(const std::string& fields) {
  const auto body = read_chat(chat_with(fields));
  EXPECT_TRUE(body) << body.error().message;
  return body ? body->options : OptionList{};
}

TEST(ReadOpenAiChat, every_field_is_read) {
  const auto body = read_chat(R"({
    "model": "m", "stream": true, "stream_options": {"include_usage": true}, "max_tokens": 7,
    "seed": 42, "stop": ["a", "b"], "temperature": 0.5, "top_p": 1, "frequency_penalty": -2,
    "presence_penalty": 0.25, "response_format": {"type": "json_object"}, "logprobs": true,
    "top_logprobs": 20, "reasoning_effort": "low",
    "messages": [{"role": "user", "content": "x"}],
    "tools": [{"type": "function", "function": {"name": "f", "description": "d", "strict": true,
               "parameters": {"type": "object", "properties": {"a": {"type": "string"}}}}}],
    "n": 1, "tool_choice": "auto", "user": "u", "unknown": [{}]})");
  ASSERT_TRUE(body) << body.error().message;
  EXPECT_EQ(body->model, "m");
  EXPECT_TRUE(body->stream);
  EXPECT_TRUE(body->include_usage);
  EXPECT_THAT(
      body->options,
      ElementsAre(Pair("num_predict", OptionValue(int64_t{7})),
                  Pair("seed", OptionValue(int64_t{42})), Pair("temperature", OptionValue(0.5)),
                  Pair("top_p", OptionValue(1.0)), Pair("frequency_penalty", OptionValue(-2.0)),
                  Pair("presence_penalty", OptionValue(0.25)),
                  Pair("stop", OptionValue(std::vector<std::string>{"a", "b"}))));
  EXPECT_EQ(body->format, Format{Format::Kind::kJson});
  EXPECT_TRUE(body->logprobs);
  EXPECT_EQ(body->top_logprobs, 20);
  EXPECT_EQ(body->think, (Think{true, "low"}));
  EXPECT_THAT(body->messages, ElementsAre(Message{"user", "x"}));
  EXPECT_THAT(
      body->tools,
      ElementsAre(Tool{"f", "d", R"({"type":"object","properties":{"a":{"type":"string"}}})"}));
}

TEST(ReadOpenAiChat, absent_and_null_fields_have_their_defaults) {
  for (const char* fields :
       {R"("x":1)", R"("model":null,"stream":null,"stream_options":null,"max_tokens":null,
           "max_completion_tokens":null,"seed":null,"stop":null,"temperature":null,"top_p":null,
           "frequency_penalty":null,"presence_penalty":null,"response_format":null,"logprobs":null,
           "top_logprobs":null,"reasoning_effort":null,"reasoning":null,"tools":null)"}) {
    const auto body = read_chat(chat_with(fields));
    ASSERT_TRUE(body) << body.error().message;
    EXPECT_EQ(body->model, "");
    EXPECT_FALSE(body->stream);
    EXPECT_FALSE(body->include_usage);
    EXPECT_THAT(body->options, IsEmpty());
    EXPECT_EQ(body->format, Format{});
    EXPECT_EQ(body->think, std::nullopt);
    EXPECT_FALSE(body->logprobs);
    EXPECT_THAT(body->tools, IsEmpty());
  }
}

TEST(ReadOpenAiChat, max_completion_tokens_counts_over_max_tokens) {
  const auto five = ElementsAre(Pair("num_predict", OptionValue(int64_t{5})));
  EXPECT_THAT(options_of(R"("max_completion_tokens":5)"), five);
  EXPECT_THAT(options_of(R"("max_completion_tokens":5,"max_tokens":9)"), five);
  EXPECT_THAT(options_of(R"("max_tokens":9,"max_completion_tokens":5)"), five);
}

TEST(ReadOpenAiChat, a_stop_text_is_a_list_of_one) {
  EXPECT_THAT(options_of(R"("stop":"a")"),
              ElementsAre(Pair("stop", OptionValue(std::vector<std::string>{"a"}))));
}

TEST(ReadOpenAiChat, response_formats_are_json_schema_or_text) {
  const auto format_of = [](const std::string& format) {
    const auto body = read_chat(chat_with(R"("response_format":)" + format));
    EXPECT_TRUE(body) << body.error().message;
    return body ? body->format : Format{};
  };
  EXPECT_EQ(format_of(R"({"type":"text"})"), Format{});
  EXPECT_EQ(format_of(R"({"type":"json_object"})"), Format{Format::Kind::kJson});
  EXPECT_EQ(format_of(R"({"type":"json_schema","json_schema":{"name":"n","strict":true,
                          "schema":{"type": "object"}}})"),
            (Format{Format::Kind::kSchema, R"({"type":"object"})"}));
}

TEST(ReadOpenAiChat, an_effort_is_a_level_of_thinking) {
  const auto think_of = [](const std::string& effort) {
    const auto body = read_chat(chat_with(R"("reasoning_effort":")" + effort + "\""));
    EXPECT_TRUE(body) << body.error().message;
    return body ? body->think : std::nullopt;
  };
  EXPECT_EQ(think_of("none"), (Think{false}));
  EXPECT_EQ(think_of("minimal"), (Think{true, "low"}));
  EXPECT_EQ(think_of("low"), (Think{true, "low"}));
  EXPECT_EQ(think_of("medium"), (Think{true, "medium"}));
  EXPECT_EQ(think_of("high"), (Think{true, "high"}));
  EXPECT_EQ(think_of("xhigh"), (Think{true, "max"}));
  EXPECT_EQ(think_of("ultra"), (Think{true, "max"}));
  EXPECT_EQ(think_of("max"), (Think{true, "max"}));
  EXPECT_EQ(
      read_chat(chat_with(R"("reasoning":{"effort":"high"},"reasoning_effort":"low")"))->think,
      (Think{true, "high"}));
}

TEST(ReadOpenAiMessages, parts_of_text_are_one_text) {
  EXPECT_EQ(message_of(R"({"role":"User","content":[{"type":"text","text":"a"},
                           {"type":"text","text":""},{"type":"text","text":"b"}]})"),
            (Message{"user", "a\n\nb"}));
}

TEST(ReadOpenAiMessages, images_are_decoded) {
  const Message message = message_of(R"({"role":"user","content":[{"type":"text","text":"what?"},
      {"type":"image_url","image_url":{"url":"data:image/png;base64,QUJD","detail":"low"}},
      {"type":"image_url","image_url":"data:;base64,REVG"}]})");
  EXPECT_EQ(message.content, "what?");
  EXPECT_THAT(message.images, ElementsAre("ABC", "DEF"));
}

TEST(ReadOpenAiMessages, the_developer_is_the_system) {
  EXPECT_EQ(message_of(R"({"role":"developer","content":"x"})").role, "system");
}

TEST(ReadOpenAiMessages, reasoning_comes_back_as_thinking) {
  EXPECT_EQ(message_of(R"({"role":"assistant","content":"x","reasoning":"r"})").thinking, "r");
}

TEST(ReadOpenAiMessages, arguments_of_calls_are_json_within_a_string) {
  const Message message = message_of(R"({"role":"assistant","content":null,"tool_calls":[
      {"id":"a","type":"function","function":{"name":"f","arguments":"{\"x\": [1, 2]}"}},
      {"id":"b","type":"function","function":{"name":"g","arguments":""}}]})");
  EXPECT_EQ(message.content, "");
  EXPECT_THAT(message.tool_calls,
              ElementsAre(ToolCall{"a", 0, "f", R"({"x":[1,2]})"}, ToolCall{"b", 1, "g", "{}"}));
}

TEST(ReadOpenAiMessages, tool_results_learn_the_name_of_their_tool) {
  const auto body = read_chat(R"({"messages":[
      {"role":"assistant","tool_calls":[{"id":"a","function":{"name":"f","arguments":"{}"}}]},
      {"role":"tool","tool_call_id":"a","content":"1"},
      {"role":"tool","tool_call_id":"a","name":"own","content":"2"},
      {"role":"tool","tool_call_id":"b","content":"3"},
      {"role":"assistant","tool_calls":[{"id":"a","function":{"name":"g","arguments":"{}"}}]},
      {"role":"tool","tool_call_id":"a","content":"4"},
      {"role":"user","name":"Ann","content":"5"}]})");
  ASSERT_TRUE(body) << body.error().message;
  std::vector<std::string> names;
  for (const Message& message : body->messages) names.push_back(message.tool_name);
  EXPECT_THAT(names, ElementsAre("", "f", "own", "", "", "g", ""));
  EXPECT_EQ(body->messages[1].tool_call_id, "a");
}

TEST(ReadOpenAiCompletion, every_field_is_read) {
  const auto body = read_completion(R"({"model":"m","prompt":"p","suffix":"s","stream":true,
      "stream_options":{"include_usage":true},"max_tokens":3,"temperature":0,"logprobs":2,
      "best_of":1,"echo":false})");
  ASSERT_TRUE(body) << body.error().message;
  EXPECT_EQ(body->model, "m");
  EXPECT_EQ(body->prompt, "p");
  EXPECT_EQ(body->suffix, "s");
  EXPECT_TRUE(body->stream);
  EXPECT_TRUE(body->include_usage);
  EXPECT_THAT(body->options, ElementsAre(Pair("num_predict", OptionValue(int64_t{3})),
                                         Pair("temperature", OptionValue(0.0))));
  EXPECT_TRUE(body->logprobs);
  EXPECT_EQ(body->top_logprobs, 2);
}

TEST(ReadOpenAiChat, tool_choice_limits_the_tools_and_forces_a_call) {
  const std::string tools =
      R"({"messages":[{"role":"user","content":"q"}],"tools":[{"function":{"name":"f"}},)"
      R"({"function":{"name":"g"}}],)";
  const auto forced =
      read_chat(tools + R"("tool_choice":{"type":"function","function":{"name":"g"}},)"
                        R"("parallel_tool_calls":false})");
  ASSERT_TRUE(forced) << forced.error().message;
  EXPECT_EQ(forced->tool_choice, ToolChoice::kRequired);
  ASSERT_EQ(forced->tools.size(), 1U);
  EXPECT_EQ(forced->tools[0].name, "g");
  EXPECT_FALSE(forced->parallel_calls);
  const auto none = read_chat(tools + R"("tool_choice":"none"})");
  EXPECT_EQ(none->tool_choice, ToolChoice::kNone);
  EXPECT_TRUE(none->parallel_calls);
}

TEST(ReadOpenAiChat, logit_bias_is_by_token_id) {
  const auto body = read_chat(
      R"({"messages":[{"role":"user","content":"q"}],"logit_bias":{"15":-100,"7":0.5},"n":3})");
  ASSERT_TRUE(body) << body.error().message;
  EXPECT_THAT(body->logit_bias, ElementsAre(TokenBias{15, -100}, TokenBias{7, 0.5}));
  EXPECT_EQ(body->choices, 3);
}

TEST(ReadOpenAiCompletion, logprobs_are_off_unless_given) {
  EXPECT_FALSE(read_completion(R"({"prompt":"p"})")->logprobs);
  EXPECT_FALSE(read_completion(R"({"prompt":"p","logprobs":null})")->logprobs);
  EXPECT_TRUE(read_completion(R"({"prompt":"p","logprobs":0})")->logprobs);
}

TEST(ReadOpenAiCompletion, a_prompt_may_be_a_list_of_one_text) {
  EXPECT_EQ(read_completion(R"({"prompt":["p"]})")->prompt, "p");
}

TEST(ReadOpenAiEmbeddings, input_is_a_text_or_a_list) {
  EXPECT_THAT(read_embeddings(R"({"input":"a"})")->inputs, ElementsAre("a"));
  EXPECT_THAT(read_embeddings(R"({"input":""})")->inputs, ElementsAre(""));
  EXPECT_THAT(read_embeddings(R"({"input":["a","b"]})")->inputs, ElementsAre("a", "b"));
}

TEST(ReadOpenAiEmbeddings, vectors_are_numbers_unless_base64_is_asked_for) {
  EXPECT_FALSE(read_embeddings(R"({"input":"a"})")->base64);
  EXPECT_FALSE(read_embeddings(R"({"input":"a","encoding_format":"float"})")->base64);
  const auto body =
      read_embeddings(R"({"model":"m","input":"a","encoding_format":"base64","dimensions":8})");
  ASSERT_TRUE(body) << body.error().message;
  EXPECT_TRUE(body->base64);
  EXPECT_EQ(body->model, "m");
  EXPECT_EQ(body->dimensions, 8);
}

}  // namespace
}  // namespace axllama::openai
