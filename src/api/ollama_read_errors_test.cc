// The texts below are those of encoding/json and of Ollama's own types; clients show them verbatim.
#include <gtest/gtest.h>

#include "api/ollama.h"

namespace axllama::ollama {
namespace {

struct Case {
  std::string body;
  std::string message;
};

template <class Read>
void expect_errors(Read read, ErrorCode code, const std::vector<Case>& cases) {
  for (const auto& [body, message] : cases) {
    const auto result = read(body);
    ASSERT_FALSE(result) << body;
    EXPECT_EQ(result.error().message, message) << body;
    EXPECT_EQ(result.error().code, code) << body;
  }
}

constexpr ErrorCode kBad = ErrorCode::kInvalidArgument;

std::string tool_with(const std::string& parameters) {
  return R"({"tools":[{"function":{"parameters":)" + parameters + "}}]}";
}

std::string call_with(const std::string& arguments) {
  return R"({"messages":[{"tool_calls":[{"function":{"arguments":)" + arguments + "}}]}]}";
}

template <class Read>
void expect_body_errors(Read read) {
  expect_errors(read, kBad,
                {{"", "missing request body"},
                 {" \r\n", "missing request body"},
                 {"{", "unexpected EOF"},
                 {R"({"model":"x)", "unexpected EOF"},
                 {"hello", "invalid character 'h' looking for beginning of value"},
                 {R"({"model"})", "invalid character '}' after object key"}});
}

TEST(ReadErrors, every_request_must_have_a_body_that_is_json) {
  expect_body_errors(read_generate);
  expect_body_errors(read_chat);
  expect_body_errors(read_embed);
  expect_body_errors(read_embeddings);
  expect_body_errors(read_show);
  expect_body_errors(read_create);
  expect_body_errors(read_copy);
  expect_body_errors(read_delete);
}

TEST(ReadErrors, a_body_must_be_an_object) {
  const auto text = [](const char* kind, const char* type) {
    return std::string("json: cannot unmarshal ") + kind + " into Go value of type api." + type;
  };
  expect_errors(
      read_generate, kBad,
      {{"[]", text("array", "GenerateRequest")}, {"5", text("number", "GenerateRequest")}});
  expect_errors(read_chat, kBad, {{"\"x\"", text("string", "ChatRequest")}});
  expect_errors(read_embed, kBad, {{"true", text("bool", "EmbedRequest")}});
  expect_errors(read_embeddings, kBad, {{"[]", text("array", "EmbeddingRequest")}});
  expect_errors(read_show, kBad, {{"[]", text("array", "ShowRequest")}});
  expect_errors(read_create, kBad, {{"[]", text("array", "CreateRequest")}});
  expect_errors(read_copy, kBad, {{"[]", text("array", "CopyRequest")}});
  expect_errors(read_delete, kBad, {{"[]", text("array", "DeleteRequest")}});
}

TEST(ReadErrors, a_wrong_type_names_field_and_type) {
  const auto text = [](const char* value, const char* field, const char* type) {
    return std::string("json: cannot unmarshal ") + value +
           " into Go struct field GenerateRequest." + field + " of type " + type;
  };
  expect_errors(read_generate, kBad,
                {{R"({"model":5})", text("number", "model", "string")},
                 {R"({"MODEL":{}})", text("object", "model", "string")},
                 {R"({"prompt":["x"]})", text("array", "prompt", "string")},
                 {R"({"stream":"x"})", text("string", "stream", "bool")},
                 {R"({"raw":1})", text("number", "raw", "bool")},
                 {R"({"context":"x"})", text("string", "context", "[]int")},
                 {R"({"context":[1.5]})", text("number 1.5", "context", "int")},
                 {R"({"context":["x"]})", text("string", "context", "int")},
                 {R"({"top_logprobs":1.0})", text("number 1.0", "top_logprobs", "int")},
                 {R"({"top_logprobs":99999999999999999999})",
                  text("number 99999999999999999999", "top_logprobs", "int")},
                 {R"({"images":"QUJD"})", text("string", "images", "[]api.ImageData")},
                 {R"({"images":[5]})", text("number", "images", "api.ImageData")},
                 {R"({"images":[[1,300]]})", text("number 300", "images", "uint8")},
                 {R"({"options":[]})", text("array", "options", "map[string]interface {}")},
                 {R"({"options":{"a":[1e999]}})", text("number 1e999", "options", "float64")},
                 {R"({"keep_alive":1e999})", text("number 1e999", "keep_alive", "float64")}});
}

TEST(ReadErrors, the_first_wrong_type_is_told_but_a_bad_value_goes_before) {
  expect_errors(
      read_generate, kBad,
      {{R"({"raw":1,"model":5})",
        "json: cannot unmarshal number into Go struct field GenerateRequest.raw of type bool"},
       {R"({"model":5,"keep_alive":"5"})", R"(time: missing unit in duration "5")"}});
}

TEST(ReadErrors, bad_values_have_ollamas_texts) {
  const std::string levels = R"("high", "medium", "low", "max", true, or false))";
  expect_errors(read_generate, kBad,
                {{R"({"keep_alive":"x"})", R"(time: invalid duration "x")"},
                 {R"({"keep_alive":"5"})", R"(time: missing unit in duration "5")"},
                 {R"({"keep_alive":"-1"})", R"(time: missing unit in duration "-1")"},
                 {R"({"keep_alive":true})", "Unsupported type: 'bool'"},
                 {R"({"keep_alive":[]})", "Unsupported type: '[]interface {}'"},
                 {R"({"keep_alive":{}})", "Unsupported type: 'map[string]interface {}'"},
                 {R"({"think":"x\n"})", R"(invalid think value: "x\n" (must be )" + levels},
                 {R"({"think":""})", R"(invalid think value: "" (must be )" + levels},
                 {R"({"think":5})", "think must be a boolean or string (" + levels},
                 {R"({"think":{}})", "think must be a boolean or string (" + levels},
                 {R"({"images":["data:x"]})", "illegal base64 data at input byte 4"},
                 {R"({"top_logprobs":21})", "top_logprobs must be between 0 and 20"},
                 {R"({"top_logprobs":-1})", "top_logprobs must be between 0 and 20"}});
  expect_errors(read_chat, kBad,
                {{R"({"top_logprobs":21})", "top_logprobs must be between 0 and 20"},
                 {R"({"messages":[{"images":["Q"]}]})", "illegal base64 data at input byte 0"}});
}

TEST(ReadErrors, a_wrong_option_is_our_servers_fault_as_in_ollama) {
  const std::vector<Case> cases = {
      {R"({"options":{"num_ctx":"x"}})", R"(option "num_ctx" must be of type integer)"},
      {R"({"options":{"seed":true}})", R"(option "seed" must be of type integer)"},
      {R"({"options":{"temperature":"hot"}})", R"(option "temperature" must be of type float32)"},
      {R"({"options":{"use_mmap":1}})", R"(option "use_mmap" must be of type boolean)"},
      {R"({"options":{"stop":"x"}})", R"(option "stop" must be of type array)"},
      {R"({"options":{"stop":["x",1]}})", R"(option "stop" must be of an array of strings)"}};
  expect_errors(read_generate, ErrorCode::kInternal, cases);
  expect_errors(read_chat, ErrorCode::kInternal, cases);
  expect_errors(read_embed, ErrorCode::kInternal, cases);
  expect_errors(read_embeddings, ErrorCode::kInternal, cases);
}

TEST(ReadErrors, a_format_must_be_json_or_an_object) {
  const auto text = [](const char* given) {
    return std::string("invalid format: ") + given +
           R"(; expected "json" or a valid JSON Schema object)";
  };
  const std::vector<Case> cases = {{R"({"format":"yaml"})", text(R"("\"yaml\"")")},
                                   {R"({"format":["json"]})", text(R"("[\"json\"]")")},
                                   {R"({"format":5})", text(R"("5")")},
                                   {R"({"format":false})", text(R"("false")")}};
  expect_errors(read_generate, ErrorCode::kInternal, cases);
  expect_errors(read_chat, ErrorCode::kInternal, cases);
}

TEST(ReadErrors, wrong_types_in_messages_name_the_way_to_them) {
  const auto text = [](const char* value, const char* path, const char* type) {
    return std::string("json: cannot unmarshal ") + value +
           " into Go struct field ChatRequest.messages" + path + " of type " + type;
  };
  const char* no_object = "Value looks like object, but can't find closing '}' symbol";
  expect_errors(
      read_chat, kBad,
      {{R"({"messages":"x"})", text("string", "", "[]api.Message")},
       {R"({"messages":[5]})", text("number", "", "api.Alias")},
       {R"({"messages":[{"content":5}]})", text("number", ".content", "string")},
       {R"({"messages":[{"content":[{"type":"text"}]}]})", text("array", ".content", "string")},
       {R"({"model":5,"messages":[{"role":1}]})", text("number", ".role", "string")},
       {R"({"messages":[{"tool_calls":{}}]})", text("object", ".tool_calls", "[]api.ToolCall")},
       {R"({"messages":[{"tool_calls":[{"function":{"name":5}}]}]})",
        text("number", ".tool_calls.function.name", "string")},
       {R"({"messages":[{"tool_calls":[{"function":"f"}]}]})",
        text("string", ".tool_calls.function", "api.ToolCallFunction")},
       {R"({"messages":[{"tool_calls":[{"function":{"index":"0"}}]}]})",
        text("string", ".tool_calls.function.index", "int")},
       {call_with(R"("{}")"), no_object},
       {call_with("[]"), no_object},
       {call_with(R"({"a":[1e999]})"),
        text("number 1e999", ".tool_calls.function.arguments", "float64")}});
}

TEST(ReadErrors, wrong_types_in_tools_name_the_way_to_them) {
  const auto text = [](const char* value, const char* path, const char* type) {
    return std::string("json: cannot unmarshal ") + value + " into Go struct field " + path +
           " of type " + type;
  };
  const std::string parameters = "ToolFunctionParameters.tools.function.parameters.";
  const auto inside = [&](const char* value, const std::string& path, const char* type) {
    return text(value, (parameters + path).c_str(), type);
  };
  expect_errors(
      read_chat, kBad,
      {{R"({"tools":{}})", text("object", "ChatRequest.tools", "api.Tools")},
       {R"({"tools":["f"]})", text("string", "ChatRequest.tools", "api.Tool")},
       {R"({"tools":[{"function":{"name":5}}]})",
        text("number", "ToolFunction.tools.function.name", "string")},
       {tool_with("5"),
        text("number", "ToolFunction.tools.function.parameters", "api.ToolFunctionParameters")},
       {tool_with(R"({"required":true})"), inside("bool", "required", "[]string")},
       {tool_with(R"({"required":[1]})"), inside("number", "required", "string")},
       {tool_with(R"({"properties":{"a":5}})"), inside("number", "properties", "api.ToolProperty")},
       {tool_with(R"({"properties":{"a":{"type":5}}})"),
        inside("number", "properties.type", "[]string")},
       {tool_with(R"({"properties":{"a":{"type":[5]}}})"),
        inside("number", "properties.type", "string")},
       {tool_with(R"({"properties":{"a":{"anyOf":[{"description":5}]}}})"),
        inside("number", "properties.anyOf.description", "string")},
       {tool_with(R"({"properties":{"a":{"properties":{"b":{"enum":5}}}}})"),
        inside("number", "properties.properties.enum", "[]interface {}")},
       {tool_with(R"({"properties":[]})"),
        "Value looks like object, but can't find closing '}' symbol"}});
}

TEST(ReadErrors, schemas_deeper_than_a_template_can_bear_are_refused) {
  std::string deep = "1";
  for (int i = 0; i < 300; ++i) deep = R"({"properties":{"a":)" + deep + "}}";
  expect_errors(read_chat, kBad,
                {{tool_with(deep), "exceeded max depth"},
                 {call_with(deep), "exceeded max depth"},
                 {R"({"format":)" + deep + "}", "exceeded max depth"}});
}

TEST(ReadErrors, embed_takes_only_texts) {
  expect_errors(read_embed, kBad,
                {{R"({"input":5})", "invalid input type"},
                 {R"({"input":{}})", "invalid input type"},
                 {R"({"input":["a",5]})", "invalid input type"},
                 {R"({"input":1e999})",
                  "json: cannot unmarshal number 1e999 into Go struct field EmbedRequest.input of "
                  "type float64"}});
}

TEST(ReadErrors, create_names_its_own_fields) {
  const std::string begin = "json: cannot unmarshal number into Go struct field CreateRequest.";
  expect_errors(
      read_create, kBad,
      {{R"({"files":{"a":5}})", begin + "files of type string"},
       {R"({"files":5})", begin + "files of type map[string]string"},
       {R"({"parameters":5})", begin + "parameters of type map[string]interface {}"},
       {R"({"messages":[{"role":5}]})", begin + "messages.role of type string"},
       {R"({"license":5})", "json: cannot unmarshal number into Go value of type []string"},
       {R"({"license":[5]})", "json: cannot unmarshal number into Go value of type string"}});
  expect_errors(read_create, ErrorCode::kInternal,
                {{R"({"parameters":{"stop":"x"}})", R"(option "stop" must be of type array)"}});
}

}  // namespace
}  // namespace axllama::ollama
