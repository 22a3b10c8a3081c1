#include "api/json_writer.h"
#include "api/openai_pieces.h"
#include "api/responses.h"

namespace axllama::responses {
namespace {

using json::Writer;

void write_optional(Writer& writer, const char* name, const std::optional<std::string>& value) {
  value ? writer.text(name, *value) : writer.null(name);
}
void write_optional(Writer& writer, const char* name, const std::optional<int64_t>& value) {
  value ? writer.integer(name, *value) : writer.null(name);
}
void write_optional(Writer& writer, const char* name, const std::optional<double>& value) {
  value ? writer.number(name, *value) : writer.null(name);
}

void write_usage(Writer& writer, const Done& done) {
  writer.object("usage", [&](Writer& usage) {
    usage.integer("input_tokens", done.prompt_tokens);
    usage.object("input_tokens_details",
                 [&](Writer& details) { details.integer("cached_tokens", done.cached_tokens); });
    usage.integer("output_tokens", done.answer_tokens);
    usage.object("output_tokens_details", [&](Writer& details) {
      details.integer("reasoning_tokens", done.thinking_tokens);
    });
    usage.integer("total_tokens", done.prompt_tokens + done.answer_tokens);
  });
}

void write_error(Writer& writer, const std::optional<Error>& error) {
  if (!error) return writer.null("error");
  writer.object("error", [&](Writer& inner) {
    inner.text("code", http_status(error->code) == 400 ? "invalid_prompt" : "server_error");
    inner.text("message", error->message);
  });
}

}  // namespace

std::string AnswerWriter::whole() const {
  static constexpr const char* kStatus[] = {"in_progress", "completed", "incomplete", "failed"};
  return json::object_text([this](Writer& writer) {
    writer.text("id", stamp_.id);
    writer.text("object", "response");
    writer.integer("created_at", openai::unix_seconds(stamp_.created));
    writer.text("status", kStatus[static_cast<size_t>(status_)]);
    writer.flag("background", false);
    write_error(writer, error_);
    if (status_ == Status::kIncomplete) {
      writer.object("incomplete_details",
                    [](Writer& details) { details.text("reason", "max_output_tokens"); });
    } else {
      writer.null("incomplete_details");
    }
    write_optional(writer, "instructions", echo_.instructions);
    write_optional(writer, "max_output_tokens", echo_.max_output_tokens);
    writer.text("model", model_);
    writer.array("output", items_, [](const std::string& item, std::string& out) { out += item; });
    writer.flag("parallel_tool_calls", echo_.parallel_calls);
    writer.null("previous_response_id");
    writer.raw("reasoning", echo_.reasoning);
    writer.flag("store", false);
    write_optional(writer, "temperature", echo_.temperature);
    writer.raw("text", echo_.text);
    writer.raw("tool_choice", echo_.tool_choice);
    writer.raw("tools", echo_.tools);
    writer.integer("top_logprobs", echo_.top_logprobs);
    write_optional(writer, "top_p", echo_.top_p);
    writer.text("truncation", echo_.truncation);
    const bool counted = status_ == Status::kCompleted || status_ == Status::kIncomplete;
    counted ? write_usage(writer, done_) : writer.null("usage");
    writer.raw("metadata", echo_.metadata);
  });
}

}  // namespace axllama::responses
