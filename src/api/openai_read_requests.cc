#include "api/json_text.h"
#include "api/ollama_fields.h"
#include "api/openai.h"
#include "api/openai_fields.h"
#include "api/openai_parameters.h"
#include "api/tool_use.h"

namespace axllama::openai {
namespace {

using json::Decoder;
using json::Field;
using json::Kind;
using json::Value;

constexpr int64_t kMostTopLogprobs = 20;
constexpr int64_t kMostChoices = 128;

std::unexpected<Error> bad(std::string text) {
  return fail(ErrorCode::kInvalidArgument, std::move(text));
}

// The fields that both kinds of generation share.
template <class Body>
std::vector<Field> shared_fields(Decoder& decoder, Body& body, Sampling& sampling) {
  std::vector<Field> fields = sampling_fields(decoder, sampling);
  const auto stream_options = [&](Value v) {
    return decoder.object(v, "openai.StreamOptions", {{"include_usage", &body.include_usage}});
  };
  fields.insert(
      fields.end(),
      {{"model", &body.model},
       {"stream", &body.stream},
       {"stream_options", stream_options},
       {"n", &body.choices},
       {"logit_bias", [&](Value v) { return read_logit_bias(decoder, v, body.logit_bias); }}});
  return fields;
}

Result<void> check_top_logprobs(int64_t count, const char* field) {
  if (count >= 0 && count <= kMostTopLogprobs) return {};
  return bad(std::string(field) + " must be between 0 and 20");
}

Result<void> check_choices(int64_t count) {
  if (count >= 1 && count <= kMostChoices) return {};
  return bad("n must be between 1 and 128");
}

// A text, or a list of just one.
bool read_prompt(Decoder& decoder, Value value, std::string& out) {
  if (value.kind() != Kind::kArray) return decoder.string(value, out);
  std::vector<std::string> prompts;
  if (!decoder.strings(value, prompts)) return false;
  if (prompts.size() != 1) return decoder.stop("prompt must be one text");
  out = std::move(prompts.front());
  return true;
}

Result<std::vector<std::string>> read_inputs(std::optional<Value> input) {
  std::vector<std::string> inputs;
  const auto add = [&inputs](Value text) {
    if (text.kind() != Kind::kString) return false;
    inputs.push_back(text.string());
    return true;
  };
  if (!input || input->is_null()) return bad("invalid input");
  const bool all = input->kind() == Kind::kArray ? input->each_element(add) : add(*input);
  if (!all) return bad("invalid input type");
  if (inputs.empty()) return bad("invalid input");
  return inputs;
}

}  // namespace

Result<ChatBody> read_chat(std::string_view text) {
  AX_TRY(const json::Document document, ollama::parse_body(text));
  Decoder decoder;
  ChatBody body;
  Sampling sampling;
  ResponseFormat format;
  ToolUse tool_use;
  std::string effort, reasoning_effort;
  const auto reasoning = [&](Value v) {
    return decoder.object(v, "openai.Reasoning", {{"effort", &effort}});
  };
  std::vector<Field> fields = shared_fields(decoder, body, sampling);
  fields.insert(
      fields.end(),
      {{"messages", [&](Value v) { return read_messages(decoder, v, body.messages); }},
       {"tools", [&](Value v) { return ollama::read_tools(decoder, v, body.tools); }},
       {"tool_choice", [&](Value v) { return read_openai_tool_choice(decoder, v, tool_use); }},
       {"parallel_tool_calls", &body.parallel_calls},
       {"response_format", [&](Value v) { return read_response_format(decoder, v, format); }},
       {"reasoning", reasoning},
       {"reasoning_effort", &reasoning_effort},
       {"logprobs", &body.logprobs},
       {"top_logprobs", &body.top_logprobs}});
  decoder.object(document.root(), "openai.ChatCompletionRequest",
                 fields_of(decoder, kChatParameters, std::move(fields)));
  AX_CHECK(decoder.result());
  if (body.messages.empty()) return bad("[] is too short - 'messages'");
  AX_CHECK(check_top_logprobs(body.top_logprobs, "top_logprobs"));
  AX_CHECK(check_choices(body.choices));
  AX_TRY(body.format, format_of(format, "response_format", "json_schema.schema"));
  body.tool_choice = tool_use.choice;
  AX_CHECK(limit_tools(tool_use, body.format, body.tools));
  AX_TRY(body.think, think_of(effort.empty() ? reasoning_effort : effort));
  body.options = options_of(sampling);
  return body;
}

Result<CompletionBody> read_completion(std::string_view text) {
  AX_TRY(const json::Document document, ollama::parse_body(text));
  Decoder decoder;
  CompletionBody body;
  Sampling sampling;
  std::optional<int64_t> logprobs;
  std::vector<Field> fields = shared_fields(decoder, body, sampling);
  fields.insert(fields.end(),
                {{"prompt", [&](Value v) { return read_prompt(decoder, v, body.prompt); }},
                 {"suffix", &body.suffix},
                 {"logprobs", [&](Value v) { return read_integer(decoder, v, logprobs); }}});
  decoder.object(document.root(), "openai.CompletionRequest",
                 fields_of(decoder, kCompletionParameters, std::move(fields)));
  AX_CHECK(decoder.result());
  AX_CHECK(check_choices(body.choices));
  body.logprobs = logprobs.has_value();
  body.top_logprobs = logprobs.value_or(0);
  AX_CHECK(check_top_logprobs(body.top_logprobs, "logprobs"));
  body.options = options_of(sampling);
  return body;
}

Result<EmbeddingsBody> read_embeddings(std::string_view text) {
  AX_TRY(const json::Document document, ollama::parse_body(text));
  Decoder decoder;
  EmbeddingsBody body;
  std::optional<Value> input;
  std::string encoding;
  const auto read_input = [&](Value v) {
    input = v;
    return decoder.any(v);
  };
  decoder.object(document.root(), "openai.EmbedRequest",
                 fields_of(decoder, kEmbeddingsParameters,
                           {{"model", &body.model},
                            {"input", read_input},
                            {"dimensions", &body.dimensions},
                            {"encoding_format", &encoding}}));
  AX_CHECK(decoder.result());
  if (body.dimensions < 0) return bad("dimensions must not be negative");
  AX_TRY(body.inputs, read_inputs(input));
  encoding = lower_case(std::move(encoding));
  body.base64 = encoding == "base64";
  if (!body.base64 && !encoding.empty() && encoding != "float") {
    return bad("invalid encoding_format: " + json::quote(encoding) +
               R"( (must be "float" or "base64"))");
  }
  return body;
}

}  // namespace axllama::openai
