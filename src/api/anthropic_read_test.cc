#include <gtest/gtest.h>

#include "api/anthropic.h"

namespace axllama::anthropic {
namespace {

std::string body(const std::string& more) {
  return R"({"model":"m","max_tokens":9,"messages":[{"role":"user","content":"hi"}])" +
         (more.empty() ? "" : "," + more) + "}";
}

std::string said(const std::string& messages) {
  return R"({"model":"m","max_tokens":9,"messages":)" + messages + "}";
}

MessagesBody read(const std::string& text) {
  Result<MessagesBody> body = read_messages(text);
  EXPECT_TRUE(body) << body.error().message;
  return body.value_or(MessagesBody{});
}

std::string error(const std::string& text) {
  const Result<MessagesBody> body = read_messages(text);
  EXPECT_FALSE(body) << text;
  return body ? "" : body.error().message;
}

TEST(AnthropicRead, a_plain_body) {
  const MessagesBody plain = read(body(""));
  EXPECT_EQ(plain.model, "m");
  EXPECT_EQ(plain.messages, (std::vector<Message>{{.role = "user", .content = "hi"}}));
  EXPECT_FALSE(plain.stream);
  EXPECT_EQ(plain.options, (OptionList{{"num_predict", int64_t{9}}}));
  EXPECT_FALSE(plain.think);
}

TEST(AnthropicRead, what_is_required_is_asked_for_in_order) {
  EXPECT_EQ(error(""), "missing request body");
  EXPECT_EQ(error("{}"), "model is required");
  EXPECT_EQ(error(R"({"model":"m"})"), "max_tokens is required and must be positive");
  EXPECT_EQ(error(R"({"model":"m","max_tokens":0})"),
            "max_tokens is required and must be positive");
  EXPECT_EQ(error(R"({"model":"m","max_tokens":5})"), "messages is required");
  EXPECT_EQ(error(said("[]")), "messages is required");
}

TEST(AnthropicRead, counting_needs_no_limit) {
  const auto counted = read_count(R"({"model":"m","messages":[{"role":"user","content":"hi"}]})");
  ASSERT_TRUE(counted);
  EXPECT_TRUE(counted->options.empty());
}

TEST(AnthropicRead, the_system_prompt_is_the_first_message) {
  const Message system{.role = "system", .content = "Be brief.\n\nBe kind."};
  EXPECT_EQ(read(body(R"("system":"Be brief.\n\nBe kind.")")).messages[0], system);
  EXPECT_EQ(read(body(R"("system":[{"type":"text","text":"Be brief.","cache_control":)"
                      R"({"type":"ephemeral"}},{"type":"text","text":"Be kind."}])"))
                .messages[0],
            system);
  EXPECT_EQ(error(body(R"("system":[{"type":"image"}])")),
            R"(content blocks of type "image" are not supported)");
}

TEST(AnthropicRead, options_and_stops) {
  const MessagesBody with = read(
      body(R"("temperature":0.5,"top_p":0.25,"top_k":7,"stop_sequences":["a","b"],"stream":true)"));
  EXPECT_EQ(with.options, (OptionList{{"num_predict", int64_t{9}},
                                      {"temperature", 0.5},
                                      {"top_p", 0.25},
                                      {"stop", std::vector<std::string>{"a", "b"}},
                                      {"top_k", int64_t{7}}}));
  EXPECT_EQ(with.stops, (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(with.stream);
}

TEST(AnthropicRead, thinking_is_on_off_or_the_models_choice) {
  const auto think = [](const std::string& more) { return read(body(more)).think; };
  EXPECT_EQ(think(R"("thinking":{"type":"enabled","budget_tokens":2048})"), Think{true});
  EXPECT_EQ(think(R"("thinking":{"type":"disabled"})"), Think{false});
  EXPECT_EQ(think(R"("thinking":{"type":"adaptive"})"), std::nullopt);
  EXPECT_EQ(think(R"("output_config":{"effort":"low"})"), (Think{true, "low"}));
  EXPECT_EQ(think(R"("thinking":{"type":"disabled"},"output_config":{"effort":"low"})"),
            Think{false});
  EXPECT_EQ(error(body(R"("thinking":{"type":"enabled","budget_tokens":0})")),
            "thinking.budget_tokens must be positive");
  EXPECT_NE(error(body(R"("output_config":{"effort":"huge"})")).find("huge"), std::string::npos);
}

TEST(AnthropicRead, an_output_format_is_a_schema) {
  for (const char* more : {R"("output_config":{"format":{"type":"json_schema","schema":{"a":1}}})",
                           R"("output_format":{"type":"json_schema","schema":{"a":1}})"}) {
    EXPECT_EQ(read(body(more)).format, (Format{Format::Kind::kSchema, R"({"a":1})"}));
  }
  EXPECT_FALSE(read_messages(body(R"("output_format":{"type":"json_schema"})")));
  EXPECT_FALSE(read_messages(body(R"("output_format":{"type":"xml"})")));
}

TEST(AnthropicRead, tools_and_their_choice) {
  const MessagesBody with = read(body(
      R"("tools":[{"name":"f","description":"d","input_schema":{"type":"object"}},{"name":"g",)"
      R"("type":"custom"}],"tool_choice":{"type":"tool","name":"f","disable_parallel_tool_use":true})"));
  EXPECT_EQ(with.tools, (std::vector<Tool>{{"f", "d", R"({"type":"object"})"}}));
  EXPECT_EQ(with.tool_choice, ToolChoice::kRequired);
  EXPECT_FALSE(with.parallel_calls);
  EXPECT_EQ(
      error(body(R"("tools":[{"type":"web_search_20250305","name":"web_search"}])")),
      R"(tools of type "web_search_20250305" are not supported: they would have to run here)");
  EXPECT_EQ(error(body(R"("tools":[{}])")), "tools: name is required");
}

TEST(AnthropicRead, blocks_of_the_assistant_are_one_message) {
  const MessagesBody with = read(said(
      R"([{"role":"user","content":"q"},{"role":"assistant","content":[)"
      R"({"type":"thinking","thinking":"hm","signature":"s"},{"type":"redacted_thinking","data":"x"},)"
      R"({"type":"text","text":"Let me see."},{"type":"tool_use","id":"t1","name":"f","input":{"b": 1, "a":2}},)"
      R"({"type":"tool_use","id":"t2","name":"g"}]}])"));
  ASSERT_EQ(with.messages.size(), 2U);
  EXPECT_EQ(with.messages[1],
            (Message{.role = "assistant",
                     .content = "Let me see.",
                     .thinking = "hm",
                     .tool_calls = {{"t1", 0, "f", R"({"b":1,"a":2})"}, {"t2", 1, "g", "{}"}}}));
}

TEST(AnthropicRead, results_of_tools_are_messages_in_their_places) {
  const MessagesBody with = read(said(
      R"([{"role":"assistant","content":[{"type":"tool_use","id":"t1","name":"f","input":{}},)"
      R"({"type":"tool_use","id":"t2","name":"g","input":{}}]},{"role":"user","content":[)"
      R"({"type":"text","text":"before"},{"type":"tool_result","tool_use_id":"t1","content":"1"},)"
      R"({"type":"tool_result","tool_use_id":"t2","is_error":true,"content":[{"type":"text","text":"2"},)"
      R"({"type":"image","source":{"type":"base64","media_type":"image/png","data":"QUJD"}}]},)"
      R"({"type":"text","text":"after"}]}])"));
  ASSERT_EQ(with.messages.size(), 5U);
  EXPECT_EQ(with.messages[1], (Message{.role = "user", .content = "before"}));
  EXPECT_EQ(with.messages[2],
            (Message{.role = "tool", .content = "1", .tool_name = "f", .tool_call_id = "t1"}));
  EXPECT_EQ(with.messages[3], (Message{.role = "tool",
                                       .content = "2",
                                       .images = {"ABC"},
                                       .image_places = {1},
                                       .tool_name = "g",
                                       .tool_call_id = "t2"}));
  EXPECT_EQ(with.messages[4], (Message{.role = "user", .content = "after"}));
}

TEST(AnthropicRead, images_are_base64) {
  const auto image = [](const std::string& source) {
    return said(
        R"([{"role":"user","content":[{"type":"text","text":"see"},{"type":"image","source":)" +
        source + "}]}]");
  };
  const MessagesBody with =
      read(image(R"({"type":"base64","media_type":"image/jpeg","data":"QUJD"})"));
  EXPECT_EQ(with.messages[0],
            (Message{.role = "user", .content = "see", .images = {"ABC"}, .image_places = {3}}));
  EXPECT_NE(error(image(R"({"type":"url","url":"https://x"})")).find("base64"), std::string::npos);
  EXPECT_NE(error(image(R"({"type":"base64","media_type":"image/tiff","data":""})")).find("tiff"),
            std::string::npos);
  EXPECT_NE(error(image(R"({"type":"base64","media_type":"image/png","data":"*"})")).find("base64"),
            std::string::npos);
}

TEST(AnthropicRead, an_empty_list_of_blocks_is_an_empty_message) {
  EXPECT_EQ(read(said(R"([{"role":"user","content":[]}])")).messages,
            (std::vector<Message>{{.role = "user", .content = ""}}));
}

TEST(AnthropicRead, what_can_not_be_followed_is_named) {
  EXPECT_EQ(error(said(R"([{"role":"tool","content":"x"}])")),
            R"(messages: unexpected role "tool" (must be "user" or "assistant"))");
  EXPECT_EQ(error(said(R"([{"role":"user"}])")), "messages: content is required");
  EXPECT_EQ(error(said(R"([{"role":"user","content":[{"type":"document"}]}])")),
            R"(content blocks of type "document" are not supported)");
  EXPECT_EQ(error(said(R"([{"role":"user","content":[{"text":"x"}]}])")),
            R"(content blocks of type "" are not supported)");
  EXPECT_EQ(error(body(R"("mcp_servers":[{}])")),
            "mcp_servers is not supported: the client has to call its tools itself");
  EXPECT_EQ(error(body(R"("max_tokens":"9")")),
            "json: cannot unmarshal string into Go struct field MessagesRequest.max_tokens of type "
            "int");
}

TEST(AnthropicRead, what_has_no_meaning_here_is_ignored) {
  EXPECT_TRUE(
      read_messages(body(R"("metadata":{"user_id":"u"},"service_tier":"auto","cache_control":)"
                         R"({"type":"ephemeral"},"mcp_servers":[],"container":null)")));
}

}  // namespace
}  // namespace axllama::anthropic
