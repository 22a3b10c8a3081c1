#include <algorithm>
#include <utility>

#include "api/json_text.h"
#include "api/ollama_fields.h"
#include "api/openai_fields.h"
#include "api/responses.h"
#include "api/responses_fields.h"
#include "api/responses_parameters.h"
#include "api/tool_use.h"

namespace axllama::responses {
namespace {

using json::Decoder;
using json::Kind;
using json::Value;

constexpr int64_t kMostTopLogprobs = 20;

std::unexpected<Error> bad(std::string text) {
  return axllama::fail(ErrorCode::kInvalidArgument, std::move(text));
}

bool read_text(Decoder& decoder, Value value, openai::ResponseFormat& out) {
  const auto schema = [&](Value v) {
    out.schema = v.raw();
    return true;
  };
  const auto format = [&](Value v) {
    return decoder.object(v, "openai.ResponsesTextFormat",
                          {{"type", &out.type}, {"schema", schema}});
  };
  return decoder.object(value, "openai.ResponsesText", {{"format", format}});
}

// Names of what an answer is to carry beside itself; only logprobs are there to be had.
bool read_include(Decoder& decoder, Value value, bool& logprobs) {
  std::vector<std::string> names;
  if (!decoder.strings(value, names)) return false;
  logprobs = std::ranges::find(names, "message.output_text.logprobs") != names.end();
  return true;
}

// The instructions, and those with which the input begins, are one: many templates take only one
// system message.
void put_first(const std::string& instructions, std::vector<Message>& messages) {
  Message system{.role = "system", .content = instructions};
  const auto end = std::ranges::find_if(
      messages, [](const Message& message) { return message.role != "system"; });
  for (auto each = messages.begin(); each != end; ++each) {
    if (!each->content.empty() && !system.content.empty()) system.content += "\n\n";
    system.content += each->content;
  }
  messages.erase(messages.begin(), end);
  if (!system.content.empty()) messages.insert(messages.begin(), std::move(system));
}

}  // namespace

Result<Body> read(std::string_view text) {
  AX_TRY(const json::Document document, ollama::parse_body(text));
  Decoder decoder;
  Body body;
  Echo& echo = body.echo;
  ToolUse tool_use;
  openai::ResponseFormat format;
  std::string instructions, effort, truncation;
  const auto integer = [&](std::optional<int64_t>& out) {
    return [&](Value v) { return openai::read_integer(decoder, v, out); };
  };
  const auto number = [&](std::optional<double>& out) {
    return [&](Value v) { return openai::read_number(decoder, v, out); };
  };
  // Reads a value and keeps it for the response.
  const auto echoed = [&](JsonText& out, auto read_value) {
    return [&decoder, &out, read_value](Value v) {
      return (v.is_null() || decoder.text(v, out)) && read_value(v);
    };
  };
  const auto metadata = [&](Value v) {
    return v.is_null() || v.kind() == Kind::kObject ||
           decoder.mismatch(v, "map[string]interface {}");
  };
  const auto reasoning = [&](Value v) {
    return decoder.object(v, "openai.ResponsesReasoning", {{"effort", &effort}});
  };
  std::vector<json::Field> readers = {
      {"model", &body.model},
      {"input", [&](Value v) { return read_input(decoder, v, body.messages); }},
      {"instructions", &instructions},
      {"max_output_tokens", integer(echo.max_output_tokens)},
      {"temperature", number(echo.temperature)},
      {"top_p", number(echo.top_p)},
      {"top_logprobs", &body.top_logprobs},
      {"include", [&](Value v) { return read_include(decoder, v, body.logprobs); }},
      {"tools", echoed(echo.tools, [&](Value v) { return read_tools(decoder, v, body.tools); })},
      {"tool_choice",
       echoed(echo.tool_choice,
              [&](Value v) { return read_openai_tool_choice(decoder, v, tool_use); })},
      {"parallel_tool_calls", &body.parallel_calls},
      {"text", echoed(echo.text, [&](Value v) { return read_text(decoder, v, format); })},
      {"reasoning", echoed(echo.reasoning, reasoning)},
      {"truncation", &truncation},
      {"metadata", echoed(echo.metadata, metadata)},
      {"stream", &body.stream}};
  decoder.object(document.root(), "openai.ResponsesRequest",
                 fields_of(decoder, kResponsesParameters, std::move(readers)));
  AX_CHECK(decoder.result());
  if (body.messages.empty()) return bad("input is required");
  if (body.top_logprobs < 0 || body.top_logprobs > kMostTopLogprobs) {
    return bad("top_logprobs must be between 0 and 20");
  }
  if (!truncation.empty() && truncation != "auto" && truncation != "disabled") {
    return bad("invalid truncation: " + json::quote(truncation) +
               R"( (must be "auto" or "disabled"))");
  }
  AX_TRY(body.format, openai::format_of(format, "text.format", "schema"));
  AX_TRY(body.think, openai::think_of(effort));
  body.tool_choice = tool_use.choice;
  AX_CHECK(limit_tools(tool_use, body.format, body.tools));
  put_first(instructions, body.messages);
  body.truncate = truncation != "disabled";
  body.options = openai::options_of(
      {.max_tokens = echo.max_output_tokens, .temperature = echo.temperature, .top_p = echo.top_p});
  if (!instructions.empty()) echo.instructions = std::move(instructions);
  if (!truncation.empty()) echo.truncation = std::move(truncation);
  echo.parallel_calls = body.parallel_calls;
  echo.top_logprobs = body.top_logprobs;
  return body;
}

}  // namespace axllama::responses
