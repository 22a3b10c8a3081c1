#include <algorithm>
#include <limits>

#include "api/ollama_fields.h"

namespace axllama::ollama {
namespace {

using json::Decoder;
using json::Kind;
using json::Value;

// The text of the library with which Ollama reads ordered objects.
constexpr const char* kNoObject = "Value looks like object, but can't find closing '}' symbol";

bool read_arguments(Decoder& decoder, Value value, JsonText& out) {
  if (value.is_null()) {
    out = "{}";
    return true;
  }
  if (value.kind() != Kind::kObject) return decoder.stop(kNoObject);
  return decoder.nested([&] { return decoder.text(value, out); });
}

bool read_index(Decoder& decoder, Value value, int& out) {
  int64_t index = out;
  const bool goes_on = decoder.integer(value, index);
  out = static_cast<int>(
      std::clamp<int64_t>(index, std::numeric_limits<int>::min(), std::numeric_limits<int>::max()));
  return goes_on;
}

bool read_tool_call(Decoder& decoder, Value value, ToolCall& call) {
  call.arguments = "{}";
  const auto function = [&](Value inner) {
    return decoder.object(
        inner, "api.ToolCallFunction",
        {{"index", [&](Value v) { return read_index(decoder, v, call.index); }},
         {"name", &call.name},
         {"arguments", [&](Value v) { return read_arguments(decoder, v, call.arguments); }}});
  };
  return decoder.object(value, "api.ToolCall", {{"id", &call.id}, {"function", function}});
}

bool read_message(Decoder& decoder, Value value, Message& message) {
  const auto tool_calls = [&](Value inner) {
    return decoder.list(inner, "[]api.ToolCall", message.tool_calls,
                        [&](Value v, ToolCall& call) { return read_tool_call(decoder, v, call); });
  };
  const bool goes_on = decoder.nested([&] {
    return decoder.object(
        value, "api.Alias",
        {{"role", &message.role},
         {"content", &message.content},
         {"thinking", &message.thinking},
         {"images", [&](Value v) { return read_images(decoder, v, message.images); }},
         {"tool_calls", tool_calls},
         {"tool_name", &message.tool_name},
         {"tool_call_id", &message.tool_call_id}});
  });
  for (char& c : message.role) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return goes_on;
}

bool read_property(Decoder& decoder, Value value);

bool read_properties(Decoder& decoder, Value value) {
  if (value.is_null()) return true;
  if (value.kind() != Kind::kObject) return decoder.stop(kNoObject);
  return value.each_member([&](const std::string&, Value property) {
    return decoder.nested([&] { return read_property(decoder, property); });
  });
}

// "string" or ["string", "null"].
bool read_property_type(Decoder& decoder, Value value) {
  if (value.kind() == Kind::kString) return true;
  std::vector<std::string> types;
  return decoder.nested([&] { return decoder.strings(value, types); });
}

bool read_property(Decoder& decoder, Value value) {
  std::string description;
  std::vector<std::string> required;
  const auto any_of = [&](Value inner) {
    return decoder.elements(inner, "[]api.ToolProperty",
                            [&](Value v) { return read_property(decoder, v); });
  };
  const auto choices = [&](Value inner) {
    return decoder.elements(inner, "[]interface {}", [&](Value v) { return decoder.any(v); });
  };
  return decoder.object(value, "api.ToolProperty",
                        {{"anyOf", any_of},
                         {"type", [&](Value v) { return read_property_type(decoder, v); }},
                         {"items", [&](Value v) { return decoder.any(v); }},
                         {"description", &description},
                         {"enum", choices},
                         {"properties", [&](Value v) { return read_properties(decoder, v); }},
                         {"required", &required}});
}

// Ollama keeps only the keys below; models are better off with the whole schema, so these are
// checked as Ollama does, and all is kept.
bool read_parameters(Decoder& decoder, Value value, JsonText& out) {
  if (value.is_null()) return true;
  if (!decoder.shallow(value)) return false;
  std::string type;
  std::vector<std::string> required;
  const bool goes_on =
      decoder.object(value, "api.ToolFunctionParameters",
                     {{"type", &type},
                      {"$defs", [&](Value v) { return decoder.any(v); }},
                      {"items", [&](Value v) { return decoder.any(v); }},
                      {"required", &required},
                      {"properties", [&](Value v) { return read_properties(decoder, v); }}});
  return goes_on && (value.kind() != Kind::kObject || decoder.text(value, out));
}

bool read_tool(Decoder& decoder, Value value, Tool& tool) {
  tool.parameters = R"({"type":"object","properties":{}})";
  std::string type;
  const auto function = [&](Value inner) {
    return decoder.object(
        inner, "api.ToolFunction",
        {{"name", &tool.name},
         {"description", &tool.description},
         {"parameters", [&](Value v) { return read_parameters(decoder, v, tool.parameters); }}});
  };
  return decoder.object(value, "api.Tool",
                        {{"type", &type},
                         {"items", [&](Value v) { return decoder.any(v); }},
                         {"function", function}});
}

}  // namespace

bool read_messages(Decoder& decoder, Value value, std::vector<Message>& out) {
  return decoder.list(value, "[]api.Message", out, [&](Value element, Message& message) {
    return read_message(decoder, element, message);
  });
}

bool read_tools(Decoder& decoder, Value value, std::vector<Tool>& out) {
  return decoder.list(value, "api.Tools", out,
                      [&](Value element, Tool& tool) { return read_tool(decoder, element, tool); });
}

}  // namespace axllama::ollama
