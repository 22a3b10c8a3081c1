#include <gtest/gtest.h>

#include "api/responses.h"

namespace axllama::responses {
namespace {

using Messages = std::vector<Message>;

std::string body(const std::string& more) {
  return R"({"model":"m","input":"hi")" + (more.empty() ? "" : "," + more) + "}";
}

std::string items(const std::string& list) {
  return R"({"model":"m","input":)" + list + "}";
}

Body good(const std::string& text) {
  Result<Body> body = read(text);
  EXPECT_TRUE(body) << text << ": " << body.error().message;
  return body.value_or(Body{});
}

std::string error(const std::string& text) {
  const Result<Body> body = read(text);
  EXPECT_FALSE(body) << text;
  return body ? "" : body.error().message;
}

TEST(ResponsesRead, a_text_is_the_users) {
  const Body plain = good(body(""));
  EXPECT_EQ(plain.model, "m");
  EXPECT_EQ(plain.messages, (Messages{{.role = "user", .content = "hi"}}));
  EXPECT_TRUE(plain.options.empty());
  EXPECT_TRUE(plain.truncate);
  EXPECT_FALSE(plain.stream);
}

TEST(ResponsesRead, something_has_to_be_said) {
  EXPECT_EQ(error(""), "missing request body");
  EXPECT_EQ(error("{}"), "input is required");
  EXPECT_EQ(error(items("[]")), "input is required");
  EXPECT_EQ(error(items("7")),
            "json: cannot unmarshal number into Go struct field ResponsesRequest.input of type "
            "[]openai.ResponsesInputItem");
}

TEST(ResponsesRead, options_are_those_of_the_route) {
  EXPECT_EQ(good(body(R"("max_output_tokens":5,"temperature":0.5,"top_p":0.25)")).options,
            (OptionList{{"num_predict", int64_t{5}}, {"temperature", 0.5}, {"top_p", 0.25}}));
  EXPECT_EQ(good(body(R"("reasoning":{"effort":"low","summary":"auto"})")).think,
            (Think{true, "low"}));
  EXPECT_EQ(good(body(R"("reasoning":{"effort":"none"})")).think, Think{false});
  EXPECT_EQ(good(body(R"("reasoning":null)")).think, std::nullopt);
  EXPECT_FALSE(good(body(R"("truncation":"disabled")")).truncate);
  EXPECT_FALSE(read(body(R"("truncation":"some")")));
  EXPECT_FALSE(read(body(R"("top_logprobs":21)")));
  EXPECT_TRUE(good(body(R"("include":["message.output_text.logprobs"])")).logprobs);
  EXPECT_FALSE(good(body(R"("include":["reasoning.encrypted_content"])")).logprobs);
}

TEST(ResponsesRead, instructions_and_those_of_the_input_are_one_message) {
  const Body with =
      good(R"({"model":"m","instructions":"A","input":[{"role":"developer","content":"B"},)"
           R"({"role":"user","content":"q"},{"role":"system","content":"C"}]})");
  EXPECT_EQ(with.messages, (Messages{{.role = "system", .content = "A\n\nB"},
                                     {.role = "user", .content = "q"},
                                     {.role = "system", .content = "C"}}));
}

TEST(ResponsesRead, parts_of_a_message_are_joined) {
  const Body with = good(items(
      R"([{"type":"message","role":"user","content":[{"type":"input_text","text":"a"},)"
      R"({"type":"input_image","detail":"low","image_url":"data:image/png;base64,QUJD"},)"
      R"({"type":"input_text","text":"b"}]},{"type":"message","role":"assistant","id":"msg_1",)"
      R"("status":"completed","content":[{"type":"output_text","text":"c","annotations":[]},)"
      R"({"type":"refusal","refusal":"d"}]}])"));
  EXPECT_EQ(with.messages,
            (Messages{{.role = "user", .content = "a\n\nb", .images = {"ABC"}, .image_places = {1}},
                      {.role = "assistant", .content = "c\n\nd"}}));
}

TEST(ResponsesRead, calls_join_their_message_and_reasoning_the_message_after_it) {
  const Body with = good(items(
      R"([{"role":"user","content":"q"},{"type":"reasoning","id":"rs_1","summary":[{"type":)"
      R"("summary_text","text":"hm"}]},{"type":"message","role":"assistant","content":"see"},)"
      R"({"type":"function_call","call_id":"c1","name":"f","arguments":"{\"a\": 1}"},)"
      R"({"type":"function_call","call_id":"c2","namespace":"n","name":"g","arguments":""},)"
      R"({"type":"function_call_output","call_id":"c1","output":"1"},)"
      R"({"type":"function_call_output","call_id":"c2","output":[{"type":"input_text","text":"2"}]},)"
      R"({"type":"reasoning","summary":[],"content":[{"type":"reasoning_text","text":"so"}]},)"
      R"({"type":"function_call","call_id":"c3","name":"h","arguments":"{}"}])"));
  EXPECT_EQ(with.messages,
            (Messages{{.role = "user", .content = "q"},
                      {.role = "assistant",
                       .content = "see",
                       .thinking = "hm",
                       .tool_calls = {{"c1", 0, "f", R"({"a":1})"}, {"c2", 1, "n.g", "{}"}}},
                      {.role = "tool", .content = "1", .tool_name = "f", .tool_call_id = "c1"},
                      {.role = "tool", .content = "2", .tool_name = "n.g", .tool_call_id = "c2"},
                      {.role = "assistant",
                       .content = "",
                       .thinking = "so",
                       .tool_calls = {{"c3", 0, "h", "{}"}}}}));
}

TEST(ResponsesRead, tools_are_flat_and_namespaces_are_part_of_the_name) {
  const Body with = good(body(
      R"("tools":[{"type":"function","name":"f","description":"d","parameters":{"type":"object"},)"
      R"("strict":true},{"type":"namespace","name":"n","tools":[{"type":"function","name":"g"}]}],)"
      R"("tool_choice":{"type":"allowed_tools","mode":"required","tools":[{"type":"function",)"
      R"("name":"f"}]},"parallel_tool_calls":false)"));
  EXPECT_EQ(with.tools, (std::vector<Tool>{{"f", "d", R"({"type":"object"})"}}));
  EXPECT_EQ(with.tool_choice, ToolChoice::kRequired);
  EXPECT_FALSE(with.parallel_calls);
  EXPECT_EQ(good(body(R"("tools":[{"type":"namespace","name":"n","tools":[{"type":"function",)"
                      R"("name":"g"}]}])"))
                .tools[0]
                .name,
            "n.g");
  EXPECT_EQ(error(body(R"("tools":[{"type":"web_search"}])")),
            R"(tools of type "web_search" are not supported)");
}

TEST(ResponsesRead, a_text_format_is_a_schema) {
  EXPECT_EQ(good(body(R"("text":{"format":{"type":"json_schema","name":"n","strict":true,)"
                      R"("schema":{"type": "object"}}})"))
                .format,
            (Format{Format::Kind::kSchema, R"({"type":"object"})"}));
  EXPECT_EQ(good(body(R"("text":{"format":{"type":"json_object"},"verbosity":"low"})")).format.kind,
            Format::Kind::kJson);
  EXPECT_EQ(error(body(R"("text":{"format":{"type":"json_schema"}})")),
            "text.format of type json_schema needs schema, a JSON object");
}

TEST(ResponsesRead, what_would_need_a_memory_is_refused_by_name) {
  EXPECT_EQ(error(body(R"("previous_response_id":"resp_1")")),
            "previous_response_id is not supported: responses are not stored; send the whole "
            "input");
  EXPECT_EQ(error(body(R"("store":true)")), "store is not supported: responses are not stored");
  EXPECT_TRUE(read(body(R"("store":false,"background":false,"previous_response_id":null)")));
  EXPECT_EQ(error(items(R"([{"type":"item_reference","id":"msg_1"}])")),
            R"(input items of type "item_reference" are not supported)");
}

TEST(ResponsesRead, what_the_response_repeats_is_kept) {
  const Echo echo =
      good(body(R"("instructions":"A","metadata":{"a": "b"},"text":{"format": {"type":"text"}},)"
                R"("tool_choice":"none","temperature":1,"truncation":"disabled")"))
          .echo;
  EXPECT_EQ(echo.instructions, "A");
  EXPECT_EQ(echo.metadata, R"({"a":"b"})");
  EXPECT_EQ(echo.text, R"({"format":{"type":"text"}})");
  EXPECT_EQ(echo.tool_choice, R"("none")");
  EXPECT_EQ(echo.temperature, 1.0);
  EXPECT_EQ(echo.truncation, "disabled");
}

}  // namespace
}  // namespace axllama::responses
