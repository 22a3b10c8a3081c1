#include <span>

#include "api/ollama.h"
#include "api/ollama_pieces.h"
#include "api/overload.h"
#include "base/format.h"

namespace axllama::ollama {
namespace {

using Route = AnswerWriter::Route;
using json::Writer;

// What one object of an answer says.
struct Piece {
  std::string_view content = {};
  std::string_view thinking = {};
  std::span<const ToolCall> calls = {};
  std::span<const TokenLogprob> logprobs = {};
};

struct End {
  const Done& done;
  Nanoseconds total, load;
};

void write_head(Writer& writer, const std::string& model) {
  writer.text("model", model);
  writer.text("created_at", format_time_utc(std::chrono::system_clock::now()));
}

void write_message(Writer& writer, std::string_view role, const Piece& piece) {
  writer.object("message", [&](Writer& message) {
    message.text("role", role);
    message.text("content", piece.content);
    message.text_if("thinking", piece.thinking);
    message.array_if("tool_calls", piece.calls, append_tool_call);
  });
}

void write_metrics(Writer& writer, const End& end) {
  const Done& done = end.done;
  writer.integer_if("total_duration", end.total.count());
  writer.integer_if("load_duration", end.load.count());
  writer.integer_if("prompt_eval_count", done.prompt_tokens);
  writer.integer("prompt_eval_cached_count", done.cached_tokens);
  writer.integer_if("prompt_truncated", done.dropped_messages);
  writer.integer_if("prompt_eval_duration", done.prompt_time.count());
  writer.integer_if("eval_count", done.answer_tokens);
  writer.integer_if("eval_duration", done.answer_time.count());
}

void write_done(Writer& writer, const End* end) {
  writer.flag("done", end != nullptr);
  if (end == nullptr) return;
  writer.text("done_reason", end->done.reason == DoneReason::kLength ? "length" : "stop");
}

void append_token(int32_t token, std::string& out) {
  out += std::to_string(token);
}

// Two orders of fields, as Ollama has them.
std::string generate_object(const std::string& model, const Piece& piece, const End* end) {
  return json::object_text([&](Writer& writer) {
    write_head(writer, model);
    writer.text("response", piece.content);
    writer.text_if("thinking", piece.thinking);
    write_done(writer, end);
    if (end != nullptr) {
      writer.array_if("context", end->done.context, append_token);
      write_metrics(writer, *end);
    }
    writer.array_if("tool_calls", piece.calls, append_tool_call);
    writer.array_if("logprobs", piece.logprobs, append_logprob);
  });
}

std::string chat_object(const std::string& model, const Piece& piece, const End* end) {
  return json::object_text([&](Writer& writer) {
    write_head(writer, model);
    write_message(writer, "assistant", piece);
    write_done(writer, end);
    writer.array_if("logprobs", piece.logprobs, append_logprob);
    if (end != nullptr) write_metrics(writer, *end);
  });
}

std::string object(Route route, const std::string& model, const Piece& piece, const End* end) {
  return route == Route::kChat ? chat_object(model, piece, end)
                               : generate_object(model, piece, end);
}

Nanoseconds time_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::steady_clock::now() - start;
}

}  // namespace

std::string error_body(std::string_view message) {
  return json::object_text([&](Writer& writer) { writer.text("error", message); });
}

std::string status_line(std::string_view status) {
  return json::object_text([&](Writer& writer) { writer.text("status", status); }) + "\n";
}

AnswerWriter::AnswerWriter(Route route, std::string model,
                           std::chrono::steady_clock::time_point started)
    : route_(route), model_(std::move(model)), started_(started) {}

std::string AnswerWriter::line(const Event& event) {
  const auto piece_line = [this](const Piece& piece, const End* end = nullptr) {
    return object(route_, model_, piece, end) + "\n";
  };
  return std::visit(
      Overload{
          [](const Started&) { return std::string(); },
          [&](const Thinking& piece) {
            return piece_line({.thinking = piece.text, .logprobs = piece.logprobs});
          },
          [&](const Content& piece) {
            return piece_line({.content = piece.text, .logprobs = piece.logprobs});
          },
          [&](const ToolCalls& calls) { return piece_line({.calls = calls.calls}); },
          [&](const Done& done) {
            const End end{done, time_since(started_), load_time_};
            return piece_line({}, &end);
          },
          [](const Failed& failed) { return error_body(failed.error.message) + "\n"; },
      },
      event);
}

void AnswerWriter::gather(const Event& event) {
  answer_.add(event);
}

std::string AnswerWriter::whole() {
  const Piece piece{answer_.content, answer_.thinking, answer_.calls, answer_.logprobs};
  if (!answer_.done) return object(route_, model_, piece, nullptr);
  const End end{*answer_.done, time_since(started_), load_time_};
  return object(route_, model_, piece, &end);
}

std::string AnswerWriter::loaded(std::string_view done_reason) const {
  return json::object_text([&](Writer& writer) {
    write_head(writer, model_);
    if (route_ == Route::kChat) {
      write_message(writer, "assistant", {});
    } else {
      writer.text("response", "");
    }
    writer.flag("done", true);
    writer.text("done_reason", done_reason);
  });
}

std::string AnswerWriter::rendered(std::string_view prompt, int images) const {
  return json::object_text([&](Writer& writer) {
    write_head(writer, model_);
    if (route_ == Route::kChat) {
      write_message(writer, "", {});
    } else {
      writer.text("response", "");
    }
    writer.flag("done", false);
    writer.object("_debug_info", [&](Writer& info) {
      info.text("rendered_template", prompt);
      info.integer_if("image_count", images);
    });
  });
}

}  // namespace axllama::ollama
