#include <utility>

#include "api/anthropic.h"
#include "api/anthropic_fields.h"
#include "api/anthropic_parameters.h"
#include "api/ollama_fields.h"
#include "api/openai_fields.h"
#include "api/tool_use.h"

namespace axllama::anthropic {
namespace {

using json::Decoder;
using json::Value;

std::unexpected<Error> bad(std::string text) {
  return fail(ErrorCode::kInvalidArgument, std::move(text));
}

// thinking, output_config and output_format, judged after the whole body is read.
struct Wishes {
  std::string thinking;  // its type
  std::optional<int64_t> budget;
  std::string effort;
  openai::ResponseFormat format;
};

bool read_thinking(Decoder& decoder, Value value, Wishes& out) {
  const auto budget = [&](Value v) { return openai::read_integer(decoder, v, out.budget); };
  return decoder.object(value, "anthropic.ThinkingConfig",
                        {{"type", &out.thinking}, {"budget_tokens", budget}});
}

bool read_format(Decoder& decoder, Value value, Wishes& out) {
  const auto schema = [&](Value v) {
    out.format.schema = v.raw();
    return true;
  };
  return decoder.object(value, "anthropic.OutputFormat",
                        {{"type", &out.format.type}, {"schema", schema}});
}

bool read_output_config(Decoder& decoder, Value value, Wishes& out) {
  const auto format = [&](Value v) { return read_format(decoder, v, out); };
  return decoder.object(value, "anthropic.OutputConfig",
                        {{"effort", &out.effort}, {"format", format}});
}

// Types other than enabled and disabled leave it to the model, as in Ollama.
Result<std::optional<Think>> think_of(const Wishes& wishes) {
  AX_TRY(std::optional<Think> think, openai::think_of(wishes.effort));
  if (wishes.budget && *wishes.budget <= 0) return bad("thinking.budget_tokens must be positive");
  if (wishes.thinking == "disabled") return Think{false};
  if (wishes.thinking == "enabled" && !think) return Think{true};
  return think;
}

OptionList options_of(openai::Sampling sampling, const std::optional<int64_t>& top_k,
                      const std::vector<std::string>& stops) {
  if (!stops.empty()) sampling.stop = stops;
  OptionList options = openai::options_of(sampling);
  if (top_k) options.emplace_back("top_k", *top_k);
  return options;
}

Result<MessagesBody> read(std::string_view text, bool answers) {
  AX_TRY(const json::Document document, ollama::parse_body(text));
  Decoder decoder;
  MessagesBody body;
  std::string system;
  openai::Sampling sampling;
  std::optional<int64_t> top_k;
  ToolUse tool_use;
  Wishes wishes;
  const auto integer = [&](std::optional<int64_t>& out) {
    return [&](Value v) { return openai::read_integer(decoder, v, out); };
  };
  const auto number = [&](std::optional<double>& out) {
    return [&](Value v) { return openai::read_number(decoder, v, out); };
  };
  std::vector<json::Field> readers = {
      {"model", &body.model},
      {"messages", [&](Value v) { return read_message_list(decoder, v, body.messages); }},
      {"max_tokens", integer(sampling.max_tokens)},
      {"system", [&](Value v) { return read_system(decoder, v, system); }},
      {"stream", &body.stream},
      {"temperature", number(sampling.temperature)},
      {"top_p", number(sampling.top_p)},
      {"top_k", integer(top_k)},
      {"stop_sequences", &body.stops},
      {"tools", [&](Value v) { return read_tools(decoder, v, body.tools); }},
      {"tool_choice",
       [&](Value v) {
         return read_anthropic_tool_choice(decoder, v, tool_use, body.parallel_calls);
       }},
      {"thinking", [&](Value v) { return read_thinking(decoder, v, wishes); }},
      {"output_config", [&](Value v) { return read_output_config(decoder, v, wishes); }},
      {"output_format", [&](Value v) { return read_format(decoder, v, wishes); }}};
  decoder.object(document.root(), "anthropic.MessagesRequest",
                 fields_of(decoder, kMessagesParameters, std::move(readers)));
  AX_CHECK(decoder.result());
  if (body.model.empty()) return bad("model is required");
  if (answers && sampling.max_tokens.value_or(0) <= 0) {
    return bad("max_tokens is required and must be positive");
  }
  if (body.messages.empty()) return bad("messages is required");
  AX_TRY(body.format, openai::format_of(wishes.format, "output format", "schema"));
  AX_TRY(body.think, think_of(wishes));
  body.tool_choice = tool_use.choice;
  AX_CHECK(limit_tools(tool_use, body.format, body.tools));
  if (!system.empty()) {
    body.messages.insert(body.messages.begin(), {.role = "system", .content = std::move(system)});
  }
  body.options = options_of(std::move(sampling), top_k, body.stops);
  return body;
}

}  // namespace

Result<MessagesBody> read_messages(std::string_view body) {
  return read(body, true);
}

Result<MessagesBody> read_count(std::string_view body) {
  return read(body, false);
}

}  // namespace axllama::anthropic
