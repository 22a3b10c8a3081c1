#include <algorithm>
#include <limits>

#include "api/ollama_fields.h"

namespace axllama::ollama {
namespace {

using json::Decoder;
using json::Field;
using json::Kind;
using json::Value;

constexpr int64_t kMostTopLogprobs = 20;

// What is read as given and judged after the whole body.
struct Unsettled {
  std::optional<bool> stream;
  std::string format;
  OptionFields options;
};

// The fields that /api/generate and /api/chat share.
template <class Body>
std::vector<Field> shared_fields(Decoder& decoder, Body& body, Unsettled& unsettled) {
  return {
      {"model", &body.model},
      {"stream", &unsettled.stream},
      {"format",
       [&](Value v) {
         unsettled.format = v.raw();
         return true;
       }},
      {"keep_alive", [&](Value v) { return read_keep_alive(decoder, v, body.keep_alive); }},
      {"options", [&](Value v) { return unsettled.options.read(decoder, v); }},
      {"think", [&](Value v) { return read_think(decoder, v, body.think); }},
      {"device", [&](Value v) { return read_device(decoder, v, body.device); }},
      {"truncate", &body.truncate},
      {"shift", &body.shift},
      {"logprobs", &body.logprobs},
      {"top_logprobs", &body.top_logprobs},
      {"_debug_render_only", &body.debug_render_only},
  };
}

template <class Body>
Result<void> settle(const Unsettled& unsettled, Body& body) {
  body.stream = unsettled.stream.value_or(true);
  if (body.top_logprobs < 0 || body.top_logprobs > kMostTopLogprobs) {
    return fail(ErrorCode::kInvalidArgument, "top_logprobs must be between 0 and 20");
  }
  AX_TRY(body.options, unsettled.options.list(body.ignored_options));
  AX_TRY(body.format, read_format(unsettled.format));
  return {};
}

// Tokens of an earlier answer. One that fits no token stays one that fits none.
bool read_context(Decoder& decoder, Value value, std::vector<int32_t>& out) {
  return decoder.list(value, "[]int", out, [&](Value element, int32_t& token) {
    int64_t number = 0;
    const bool goes_on = decoder.integer(element, number);
    token = static_cast<int32_t>(std::clamp<int64_t>(number, std::numeric_limits<int32_t>::min(),
                                                     std::numeric_limits<int32_t>::max()));
    return goes_on;
  });
}

Result<std::vector<std::string>> read_inputs(std::optional<Value> input) {
  const auto invalid = fail(ErrorCode::kInvalidArgument, "invalid input type");
  std::vector<std::string> inputs;
  if (!input || input->is_null()) return inputs;
  if (input->kind() == Kind::kString) {
    if (std::string text = input->string(); !text.empty()) inputs.push_back(std::move(text));
    return inputs;
  }
  if (input->kind() != Kind::kArray) return invalid;
  const bool all = input->each_element([&inputs](Value element) {
    if (element.kind() != Kind::kString) return false;
    inputs.push_back(element.string());
    return true;
  });
  if (!all) return invalid;
  return inputs;
}

}  // namespace

Result<GenerateBody> read_generate(std::string_view text) {
  AX_TRY(const json::Document document, parse_body(text));
  Decoder decoder;
  GenerateBody body;
  Unsettled unsettled;
  std::string system, go_template;
  std::vector<Field> fields = shared_fields(decoder, body, unsettled);
  fields.insert(fields.end(),
                {{"prompt", &body.prompt},
                 {"suffix", &body.suffix},
                 {"system", &system},
                 {"template", &go_template},
                 {"context", [&](Value v) { return read_context(decoder, v, body.context); }},
                 {"raw", &body.raw},
                 {"images", [&](Value v) { return read_images(decoder, v, body.images); }}});
  decoder.object(document.root(), "api.GenerateRequest", fields);
  AX_CHECK(decoder.result());
  AX_CHECK(settle(unsettled, body));
  body.system = if_given(std::move(system));
  body.go_template = if_given(std::move(go_template));
  return body;
}

Result<ChatBody> read_chat(std::string_view text) {
  AX_TRY(const json::Document document, parse_body(text));
  Decoder decoder;
  ChatBody body;
  Unsettled unsettled;
  std::vector<Field> fields = shared_fields(decoder, body, unsettled);
  fields.insert(fields.end(),
                {{"messages", [&](Value v) { return read_messages(decoder, v, body.messages); }},
                 {"tools", [&](Value v) { return read_tools(decoder, v, body.tools); }}});
  decoder.object(document.root(), "api.ChatRequest", fields);
  AX_CHECK(decoder.result());
  AX_CHECK(settle(unsettled, body));
  return body;
}

Result<EmbedBody> read_embed(std::string_view text) {
  AX_TRY(const json::Document document, parse_body(text));
  Decoder decoder;
  EmbedBody body;
  std::optional<Value> input;
  OptionFields options;
  const auto read_input = [&](Value v) {
    input = v;
    return decoder.any(v);
  };
  decoder.object(
      document.root(), "api.EmbedRequest",
      {{"model", &body.model},
       {"input", read_input},
       {"keep_alive", [&](Value v) { return read_keep_alive(decoder, v, body.keep_alive); }},
       {"truncate", &body.truncate},
       {"dimensions", &body.dimensions},
       {"device", [&](Value v) { return read_device(decoder, v, body.device); }},
       {"options", [&](Value v) { return options.read(decoder, v); }}});
  AX_CHECK(decoder.result());
  AX_TRY(body.inputs, read_inputs(input));
  std::vector<std::string> ignored;
  AX_TRY(body.options, options.list(ignored));
  return body;
}

Result<EmbeddingsBody> read_embeddings(std::string_view text) {
  AX_TRY(const json::Document document, parse_body(text));
  Decoder decoder;
  EmbeddingsBody body;
  OptionFields options;
  decoder.object(
      document.root(), "api.EmbeddingRequest",
      {{"model", &body.model},
       {"prompt", &body.prompt},
       {"keep_alive", [&](Value v) { return read_keep_alive(decoder, v, body.keep_alive); }},
       {"options", [&](Value v) { return options.read(decoder, v); }}});
  AX_CHECK(decoder.result());
  std::vector<std::string> ignored;
  AX_TRY(body.options, options.list(ignored));
  return body;
}

}  // namespace axllama::ollama
