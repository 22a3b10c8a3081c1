#include <algorithm>
#include <utility>

#include "api/anthropic.h"
#include "api/anthropic_pieces.h"
#include "api/json_writer.h"
#include "api/openai.h"
#include "api/openai_pieces.h"
#include "api/overload.h"

namespace axllama::anthropic {
namespace {

using json::Writer;

// An event of a stream, whose name its data repeats. fields(Writer&) writes the rest.
template <class Fields>
std::string event(std::string_view type, Fields fields) {
  const std::string data = json::object_text([&](Writer& writer) {
    writer.text("type", type);
    fields(writer);
  });
  return openai::server_event(type, data);
}

// Tokens from the cache are told beside the others, not among them.
void write_usage(Writer& writer, int64_t prompt, int64_t cached, int64_t answer) {
  writer.object("usage", [&](Writer& usage) {
    usage.integer("input_tokens", prompt - cached);
    usage.integer("cache_creation_input_tokens", 0);
    usage.integer("cache_read_input_tokens", cached);
    usage.integer("output_tokens", answer);
  });
}

void write_stop(Writer& writer, const char* reason, std::string_view sequence) {
  reason == nullptr ? writer.null("stop_reason") : writer.text("stop_reason", reason);
  sequence.empty() ? writer.null("stop_sequence") : writer.text("stop_sequence", sequence);
}

void write_head(Writer& writer, const std::string& id, const std::string& model) {
  writer.text("id", id);
  writer.text("type", "message");
  writer.text("role", "assistant");
  writer.text("model", model);
}

// Models here sign nothing, but clients want the field.
void write_thinking(Writer& writer, std::string_view text) {
  writer.text("type", "thinking");
  writer.text("thinking", text);
  writer.text("signature", "");
}

void write_text(Writer& writer, std::string_view text) {
  writer.text("type", "text");
  writer.text("text", text);
}

void write_call(Writer& writer, const ToolCall& call, std::string_view input) {
  writer.text("type", "tool_use");
  writer.text("id", call.id);
  writer.text("name", call.name);
  writer.raw("input", input);
}

}  // namespace

AnswerWriter::AnswerWriter(std::string model, std::string id, std::vector<std::string> stops)
    : model_(std::move(model)), id_(std::move(id)), stops_(std::move(stops)) {}

AnswerWriter::Stop AnswerWriter::stop_of(const Done& done) const {
  if (called_) return {"tool_use", {}};
  if (done.reason == DoneReason::kLength) return {"max_tokens", {}};
  const bool chosen = std::ranges::find(stops_, done.stop) != stops_.end() && !done.stop.empty();
  if (chosen) return {"stop_sequence", done.stop};
  return {"end_turn", {}};
}

std::string AnswerWriter::begin(const Started& started) {
  if (std::exchange(begun_, true)) return {};
  return event("message_start", [&](Writer& writer) {
    writer.object("message", [&](Writer& message) {
      write_head(message, id_, model_);
      message.raw("content", "[]");
      write_stop(message, nullptr, {});
      write_usage(message, started.prompt_tokens, started.cached_tokens, 0);
    });
  });
}

std::string AnswerWriter::close() {
  if (std::exchange(block_, Block::kNone) == Block::kNone) return {};
  return event("content_block_stop", [&](Writer& writer) { writer.integer("index", blocks_ - 1); });
}

std::string AnswerWriter::open(Block kind) {
  if (block_ == kind) return {};
  std::string text = close();
  block_ = kind;
  return text + event("content_block_start", [&](Writer& writer) {
           writer.integer("index", blocks_++);
           writer.object("content_block", [&](Writer& block) {
             kind == Block::kThinking ? write_thinking(block, "") : write_text(block, "");
           });
         });
}

// A piece may be empty; it opens no block then.
std::string AnswerWriter::piece(Block kind, const std::string& text) {
  if (text.empty()) return {};
  std::string out = open(kind);
  const bool thinks = kind == Block::kThinking;
  return out + event("content_block_delta", [&](Writer& writer) {
           writer.integer("index", blocks_ - 1);
           writer.object("delta", [&](Writer& delta) {
             delta.text("type", thinks ? "thinking_delta" : "text_delta");
             delta.text(thinks ? "thinking" : "text", text);
           });
         });
}

std::string AnswerWriter::call(const ToolCall& call) {
  called_ = true;
  const int64_t index = blocks_++;
  std::string out = event("content_block_start", [&](Writer& writer) {
    writer.integer("index", index);
    writer.object("content_block", [&](Writer& block) { write_call(block, call, "{}"); });
  });
  out += event("content_block_delta", [&](Writer& writer) {
    writer.integer("index", index);
    writer.object("delta", [&](Writer& delta) {
      delta.text("type", "input_json_delta");
      delta.text("partial_json", openai::arguments_text(call));
    });
  });
  return out + event("content_block_stop", [&](Writer& writer) { writer.integer("index", index); });
}

std::string AnswerWriter::end(const Done& done) {
  std::string out = begin({done.prompt_tokens, done.cached_tokens}) + close();
  out += event("message_delta", [&](Writer& writer) {
    const Stop stop = stop_of(done);
    writer.object("delta", [&](Writer& delta) { write_stop(delta, stop.reason, stop.sequence); });
    write_usage(writer, done.prompt_tokens, done.cached_tokens, done.answer_tokens);
  });
  return out + event("message_stop", [](Writer&) {});
}

std::string AnswerWriter::line(const Event& given) {
  return std::visit(
      Overload{
          [this](const Started& started) { return begin(started); },
          [this](const Thinking& more) { return begin({}) + piece(Block::kThinking, more.text); },
          [this](const Content& more) { return begin({}) + piece(Block::kText, more.text); },
          [this](const ToolCalls& more) {
            std::string out = begin({}) + close();
            for (const ToolCall& each : more.calls) out += call(each);
            return out;
          },
          [this](const Done& done) { return end(done); },
          [](const Failed& failed) {
            return event("error", [&](Writer& writer) {
              write_error(writer, failed.error, new_id("req_"));
            });
          },
      },
      given);
}

void AnswerWriter::gather(const Event& given) {
  answer_.add(given);
  called_ = !answer_.calls.empty();
}

std::string AnswerWriter::whole() const {
  const Done done = answer_.done.value_or(Done{});
  const Stop stop = stop_of(done);
  std::vector<std::string> blocks;
  if (!answer_.thinking.empty()) {
    blocks.push_back(json::object_text([&](Writer& w) { write_thinking(w, answer_.thinking); }));
  }
  if (!answer_.content.empty()) {
    blocks.push_back(json::object_text([&](Writer& w) { write_text(w, answer_.content); }));
  }
  for (const ToolCall& each : answer_.calls) {
    blocks.push_back(
        json::object_text([&](Writer& w) { write_call(w, each, openai::arguments_text(each)); }));
  }
  return json::object_text([&](Writer& writer) {
    write_head(writer, id_, model_);
    writer.array("content", blocks,
                 [](const std::string& block, std::string& out) { out += block; });
    write_stop(writer, stop.reason, stop.sequence);
    write_usage(writer, done.prompt_tokens, done.cached_tokens, done.answer_tokens);
  });
}

}  // namespace axllama::anthropic
