#include "api/ollama_pieces.h"

#include "api/json_document.h"
#include "base/base64.h"

namespace axllama::ollama {
namespace {

void write_token(json::Writer& writer, const TokenLogprob& logprob) {
  writer.text("token", logprob.token);
  writer.number("logprob", logprob.logprob);
  writer.array_if("bytes", logprob.token, [](char byte, std::string& out) {
    out += std::to_string(static_cast<unsigned char>(byte));
  });
}

}  // namespace

void append_tool_call(const ToolCall& call, std::string& out) {
  json::append_object(out, [&](json::Writer& writer) {
    writer.text_if("id", call.id);
    writer.object("function", [&](json::Writer& function) {
      function.integer("index", call.index);
      function.text("name", call.name);
      function.raw("arguments", json::is_object(call.arguments) ? call.arguments : "{}");
    });
  });
}

void append_logprob(const TokenLogprob& logprob, std::string& out) {
  json::append_object(out, [&](json::Writer& writer) {
    write_token(writer, logprob);
    writer.array_if("top_logprobs", logprob.top, [](const TokenLogprob& other, std::string& list) {
      json::append_object(list, [&](json::Writer& inner) { write_token(inner, other); });
    });
  });
}

void append_message(const Message& message, std::string& out) {
  json::append_object(out, [&](json::Writer& writer) {
    writer.text("role", message.role);
    writer.text("content", message.content);
    writer.text_if("thinking", message.thinking);
    writer.array_if("images", message.images, [](const std::string& image, std::string& list) {
      append_text(encode_base64(image), list);
    });
    writer.array_if("tool_calls", message.tool_calls, append_tool_call);
    writer.text_if("tool_name", message.tool_name);
    writer.text_if("tool_call_id", message.tool_call_id);
  });
}

void append_text(const std::string& text, std::string& out) {
  json::append_string(out, text);
}

void write_details(json::Writer& writer, const ModelDetails& details) {
  writer.text("parent_model", details.parent_model);
  writer.text("format", details.format);
  writer.text("family", details.family);
  if (details.families.empty()) {
    writer.null("families");
  } else {
    writer.array("families", details.families, append_text);
  }
  writer.text("parameter_size", details.parameter_size);
  writer.text("quantization_level", details.quantization_level);
  writer.integer_if("context_length", details.context_length);
  writer.integer_if("embedding_length", details.embedding_length);
}

}  // namespace axllama::ollama
