#include <gtest/gtest.h>

#include "api/openai.h"

namespace axllama::openai {
namespace {

struct Case {
  std::string body;
  std::string message;
};

template <class Read>
void expect_errors(Read read, const std::vector<Case>& cases) {
  for (const auto& [body, message] : cases) {
    const auto result = read(body);
    ASSERT_FALSE(result) << body;
    EXPECT_EQ(result.error().message, message) << body;
    EXPECT_EQ(result.error().code, ErrorCode::kInvalidArgument) << body;
  }
}

std::string chat_with(const std::string& fields) {
  return R"({"messages":[{"role":"user","content":"x"}],)" + fields + "}";
}

std::string chat_of(const std::string& message) {
  return R"({"messages":[)" + message + "]}";
}

std::string part(const std::string& part) {
  return chat_of(R"({"role":"user","content":[)" + part + "]}");
}

std::string image(const std::string& url) {
  return part(R"({"type":"image_url","image_url":{"url":")" + url + "\"}}");
}

std::string call_with(const std::string& arguments) {
  return chat_of(R"({"role":"assistant","tool_calls":[{"function":{"arguments":)" + arguments +
                 "}}]}");
}

TEST(OpenAiErrors, every_request_must_have_a_body_that_is_json) {
  const std::vector<Case> cases = {
      {"", "missing request body"},
      {"{", "unexpected EOF"},
      {"hello", "invalid character 'h' looking for beginning of value"}};
  expect_errors(read_chat, cases);
  expect_errors(read_completion, cases);
  expect_errors(read_embeddings, cases);
}

TEST(OpenAiErrors, a_wrong_type_names_field_and_type) {
  const auto text = [](const char* value, const char* field, const char* type,
                       const char* around = "ChatCompletionRequest") {
    return std::string("json: cannot unmarshal ") + value + " into Go struct field " + around +
           "." + field + " of type " + type;
  };
  expect_errors(read_chat,
                {{R"({"model":5})", text("number", "model", "string")},
                 {R"({"messages":"x"})", text("string", "messages", "[]openai.Message")},
                 {R"({"messages":["x"]})", text("string", "messages", "openai.Message")},
                 {chat_with(R"("stream":1)"), text("number", "stream", "bool")},
                 {chat_with(R"("temperature":"0")"), text("string", "temperature", "float64")},
                 {chat_with(R"("top_p":1e999)"), text("number 1e999", "top_p", "float64")},
                 {chat_with(R"("seed":1.5)"), text("number 1.5", "seed", "int")},
                 {chat_with(R"("max_tokens":"5")"), text("string", "max_tokens", "int")},
                 {chat_with(R"("stream_options":{"include_usage":1})"),
                  text("number", "stream_options.include_usage", "bool", "StreamOptions")},
                 {chat_with(R"("response_format":"json")"),
                  text("string", "response_format", "openai.ResponseFormat")},
                 {part("5"), text("number", "messages.content", "openai.ContentPart", "Message")}});
}

TEST(OpenAiErrors, there_must_be_a_message) {
  expect_errors(read_chat, {{"{}", "[] is too short - 'messages'"},
                            {R"({"messages":[]})", "[] is too short - 'messages'"},
                            {R"({"messages":null})", "[] is too short - 'messages'"}});
}

TEST(OpenAiErrors, content_may_be_absent_only_beside_tool_calls) {
  expect_errors(
      read_chat,
      {{chat_of("{}"), "invalid message content type: <nil>"},
       {chat_of(R"({"role":"user","content":null})"), "invalid message content type: <nil>"},
       {chat_of(R"({"content":5})"), "invalid message content type: float64"},
       {chat_of(R"({"content":true})"), "invalid message content type: bool"},
       {chat_of(R"({"content":{}})"), "invalid message content type: map[string]interface {}"}});
}

TEST(OpenAiErrors, an_image_must_be_within_the_request) {
  const std::string no_urls =
      "image URLs are not currently supported, please use base64 encoded data instead";
  expect_errors(read_chat, {{image("http://example.com/a.png"), no_urls},
                            {image("https://example.com/a.png"), no_urls},
                            {image("data:image/gif;base64,QUJD"), "invalid image input"},
                            {image("data:image/png;base64,?"), "invalid image input"},
                            {image(""), "invalid image input"}});
}

TEST(OpenAiErrors, an_unknown_part_is_not_dropped) {
  expect_errors(read_chat, {{part(R"({"type":"input_audio","input_audio":{"data":""}})"),
                             R"(content parts of type "input_audio" are not supported)"},
                            {part("{}"), R"(content parts of type "" are not supported)"}});
}

TEST(OpenAiErrors, arguments_must_be_a_json_object) {
  for (const char* arguments : {R"("[]")", R"("{")", R"("{} x")", R"("5")"}) {
    expect_errors(read_chat, {{call_with(arguments), "invalid tool call arguments"}});
  }
}

TEST(OpenAiErrors, what_cannot_be_followed_is_refused) {
  expect_errors(
      read_chat,
      {{chat_with(R"("stop":5)"), "stop must be a string or a list of strings"},
       {chat_with(R"("stop":["a",null])"), "stop must be a string or a list of strings"},
       {chat_with(R"("top_logprobs":21)"), "top_logprobs must be between 0 and 20"},
       {chat_with(R"("top_logprobs":-1)"), "top_logprobs must be between 0 and 20"},
       {chat_with(R"("reasoning_effort":"hard")"),
        "invalid reasoning effort: \"hard\" (must be \"none\", \"minimal\", \"low\", \"medium\", "
        "\"high\", \"xhigh\", or \"max\")"},
       {chat_with(R"("response_format":{"type":"xml"})"),
        "invalid response_format type: \"xml\" (must be \"text\", \"json_object\", or "
        "\"json_schema\")"},
       {chat_with(R"("response_format":{"type":"json_schema"})"),
        "response_format of type json_schema needs json_schema.schema, a JSON object"},
       {chat_with(R"("response_format":{"type":"json_schema","json_schema":{"schema":"json"}})"),
        "response_format of type json_schema needs json_schema.schema, a JSON object"}});
}

TEST(OpenAiErrors, what_can_not_be_done_is_named) {
  expect_errors(
      read_chat,
      {{chat_with(R"("n":0)"), "n must be between 1 and 128"},
       {chat_with(R"("n":129)"), "n must be between 1 and 128"},
       {chat_with(R"("logit_bias":{"x":1})"), R"(logit_bias: "x" is no token id)"},
       {chat_with(R"("logit_bias":{"1":101})"), "logit_bias must be between -100 and 100"},
       {chat_with(R"("tool_choice":"required")"),
        "tool_choice forces a call, but there are no tools"},
       {chat_with(R"("functions":[])"), "functions is not supported: use tools"},
       {chat_with(R"("modalities":["audio"])"), "modalities is not supported: answers are text"}});
  expect_errors(read_completion,
                {{R"({"prompt":"p","echo":true})",
                  "echo is not supported: the answer does not begin with the prompt"},
                 {R"({"prompt":"p","best_of":2})",
                  "best_of is not supported: ask for n answers and choose"}});
  expect_errors(read_embeddings,
                {{R"({"input":"a","dimensions":-1})", "dimensions must not be negative"}});
}

TEST(OpenAiErrors, a_completion_has_one_prompt) {
  expect_errors(read_completion,
                {{R"({"prompt":[]})", "prompt must be one text"},
                 {R"({"prompt":["a","b"]})", "prompt must be one text"},
                 {R"({"prompt":5})",
                  "json: cannot unmarshal number into Go struct field CompletionRequest.prompt of "
                  "type string"},
                 {R"({"prompt":"p","logprobs":21})", "logprobs must be between 0 and 20"}});
}

TEST(OpenAiErrors, embeddings_need_texts) {
  expect_errors(read_embeddings,
                {{"{}", "invalid input"},
                 {R"({"input":null})", "invalid input"},
                 {R"({"input":[]})", "invalid input"},
                 {R"({"input":5})", "invalid input type"},
                 {R"({"input":[1,2]})", "invalid input type"},
                 {R"({"input":"a","encoding_format":"int8"})",
                  R"(invalid encoding_format: "int8" (must be "float" or "base64"))"}});
}

}  // namespace
}  // namespace axllama::openai
