#include "api/openai_pieces.h"

#include <algorithm>

#include "api/json_document.h"

namespace axllama::openai {
namespace {

using json::Writer;

void append_byte(char byte, std::string& out) {
  out += std::to_string(static_cast<unsigned char>(byte));
}

void write_token(Writer& writer, const TokenLogprob& logprob) {
  writer.text("token", logprob.token);
  writer.number("logprob", logprob.logprob);
  writer.array("bytes", logprob.token, append_byte);
}

void append_alternative(const TokenLogprob& logprob, std::string& out) {
  json::append_object(out, [&](Writer& writer) { write_token(writer, logprob); });
}

// Alternatives by their text.
void append_share_by_token(const TokenLogprob& logprob, std::string& out) {
  json::append_object(out, [&](Writer& writer) {
    for (const TokenLogprob& other : logprob.top) writer.number(other.token, other.logprob);
  });
}

}  // namespace

// Clients expect the list of alternatives even where it is empty.
void append_logprob(const TokenLogprob& logprob, std::string& out) {
  json::append_object(out, [&](Writer& writer) {
    write_token(writer, logprob);
    writer.array("top_logprobs", logprob.top, append_alternative);
  });
}

std::string arguments_text(const ToolCall& call) {
  if (!json::is_object(call.arguments)) return "{}";
  std::string text;
  json::append_compact(text, call.arguments, json::Escape::kNeeded);
  return text;
}

int64_t unix_seconds(std::chrono::system_clock::time_point time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

void append_tool_call(const ToolCall& call, std::string& out) {
  json::append_object(out, [&](Writer& writer) {
    writer.text("id", call.id);
    writer.integer("index", call.index);
    writer.text("type", "function");
    writer.object("function", [&](Writer& function) {
      function.text("name", call.name);
      function.text("arguments", arguments_text(call));
    });
  });
}

void write_logprobs(Writer& writer, std::span<const TokenLogprob> logprobs) {
  if (logprobs.empty()) return;
  writer.object("logprobs",
                [&](Writer& inner) { inner.array("content", logprobs, append_logprob); });
}

void write_text_logprobs(Writer& writer, std::span<const TokenLogprob> logprobs,
                         std::span<const int64_t> offsets) {
  if (logprobs.empty()) return;
  writer.object("logprobs", [&](Writer& inner) {
    inner.array("tokens", logprobs, [](const TokenLogprob& each, std::string& out) {
      json::append_string(out, each.token);
    });
    inner.array("token_logprobs", logprobs, [](const TokenLogprob& each, std::string& out) {
      out += json::json_number(each.logprob);
    });
    inner.array("top_logprobs", logprobs, append_share_by_token);
    inner.array("text_offset", offsets,
                [](int64_t offset, std::string& out) { out += std::to_string(offset); });
  });
}

int64_t characters(std::string_view text) {
  return std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; });
}

void write_usage(Writer& writer, int64_t prompt, int64_t cached, int64_t answer) {
  writer.object("usage", [&](Writer& usage) {
    usage.integer("prompt_tokens", prompt);
    usage.integer("completion_tokens", answer);
    usage.integer("total_tokens", prompt + answer);
    usage.object("prompt_tokens_details",
                 [&](Writer& details) { details.integer("cached_tokens", cached); });
  });
}

}  // namespace axllama::openai
