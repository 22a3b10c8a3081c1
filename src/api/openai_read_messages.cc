#include "api/json_text.h"
#include "api/message_parts.h"
#include "api/openai_fields.h"

namespace axllama::openai {
namespace {

using json::Decoder;
using json::Kind;
using json::Value;

bool read_part(Decoder& decoder, Value value, Message& message) {
  if (value.kind() != Kind::kObject) return decoder.mismatch(value, "openai.ContentPart");
  std::string type, text, url;
  const bool goes_on =
      decoder.object(value, "openai.ContentPart",
                     {{"type", &type}, {"text", &text}, {"image_url", [&](Value v) {
                                                           return read_image(decoder, v, url);
                                                         }}});
  if (!goes_on) return false;
  if (type == "text") {
    add_text(message, text);
    return true;
  }
  if (type != "image_url") {
    return decoder.stop("content parts of type " + json::quote(type) + " are not supported");
  }
  Result<std::string> image = image_of_url(url);
  if (!image) return decoder.stop(image.error().message);
  add_image(message, *std::move(image));
  return true;
}

bool bad_content(Decoder& decoder, std::string_view go_type) {
  return decoder.stop("invalid message content type: " + std::string(go_type));
}

// The parts of one message are one text, as Ollama's templates join them.
bool read_content(Decoder& decoder, Value value, Message& message, bool& given) {
  message.content.clear();
  message.images.clear();
  message.image_places.clear();
  given = !value.is_null();
  switch (value.kind()) {
    case Kind::kNull:
      return true;
    case Kind::kString:
      return decoder.string(value, message.content);
    case Kind::kArray:
      return value.each_element([&](Value part) { return read_part(decoder, part, message); });
    case Kind::kBool:
      return bad_content(decoder, "bool");
    case Kind::kNumber:
      return bad_content(decoder, "float64");
    default:
      return bad_content(decoder, "map[string]interface {}");
  }
}

bool read_tool_call(Decoder& decoder, Value value, ToolCall& call) {
  call.arguments = "{}";
  const auto function = [&](Value inner) {
    return decoder.object(
        inner, "openai.Function",
        {{"name", &call.name},
         {"arguments", [&](Value v) { return read_arguments(decoder, v, call.arguments); }}});
  };
  return decoder.object(value, "openai.ToolCall", {{"id", &call.id}, {"function", function}});
}

bool read_tool_calls(Decoder& decoder, Value value, std::vector<ToolCall>& out) {
  return decoder.list(value, "[]openai.ToolCall", out, [&](Value v, ToolCall& call) {
    call.index = static_cast<int>(out.size()) - 1;
    return read_tool_call(decoder, v, call);
  });
}

bool read_message(Decoder& decoder, Value value, Message& message) {
  if (value.kind() != Kind::kObject) return decoder.mismatch(value, "openai.Message");
  bool has_content = false;
  bool has_calls = false;
  std::string name;
  const auto tool_calls = [&](Value v) {
    has_calls = !v.is_null();
    return read_tool_calls(decoder, v, message.tool_calls);
  };
  const bool goes_on = decoder.object(
      value, "openai.Message",
      {{"role", &message.role},
       {"content", [&](Value v) { return read_content(decoder, v, message, has_content); }},
       {"reasoning", &message.thinking},
       {"tool_calls", tool_calls},
       {"name", &name},
       {"tool_call_id", &message.tool_call_id}});
  message.role = role_of(std::move(message.role));
  if (message.role == "tool") message.tool_name = name;
  if (!goes_on) return false;
  return has_content || has_calls || bad_content(decoder, "<nil>");
}

}  // namespace

bool read_image(Decoder& decoder, Value value, std::string& url) {
  if (value.kind() == Kind::kString) return decoder.string(value, url);
  return decoder.object(value, "openai.ImageURL", {{"url", &url}});
}

bool read_arguments(Decoder& decoder, Value value, JsonText& out) {
  std::string text;
  if (!decoder.string(value, text) || text.empty()) return true;
  if (!json::is_object(text)) return decoder.stop("invalid tool call arguments");
  const Result<json::Document> document = json::Document::parse(text);
  return document ? decoder.text(document->root(), out) : decoder.stop(document.error().message);
}

std::string role_of(std::string role) {
  role = lower_case(std::move(role));
  return role == "developer" ? "system" : role;
}

bool read_messages(Decoder& decoder, Value value, std::vector<Message>& out) {
  const bool goes_on = decoder.list(
      value, "[]openai.Message", out,
      [&](Value element, Message& message) { return read_message(decoder, element, message); });
  name_tools(out);
  return goes_on;
}

}  // namespace axllama::openai
