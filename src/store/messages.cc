#include "store/messages.h"

#include <nlohmann/json.hpp>

#include "base/base64.h"
#include "store/json_text.h"

namespace axllama::store {
namespace {

using Json = nlohmann::ordered_json;

std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string text_of(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

ToolCall parse_call(const Json& json, int place) {
  ToolCall call;
  call.id = text_of(json, "id");
  call.index = place;
  const auto function = json.find("function");
  if (function == json.end()) return call;
  call.name = text_of(*function, "name");
  const auto arguments = function->find("arguments");
  const bool given = arguments != function->end() && arguments->is_object();
  call.arguments = given ? dump(*arguments) : "{}";
  return call;
}

Result<void> parse_images(const Json& message, std::vector<std::string>& images) {
  const auto list = message.find("images");
  if (list == message.end() || !list->is_array()) return {};
  for (const Json& image : *list) {
    auto bytes = decode_base64(image.is_string() ? image.get<std::string>() : "!");
    if (!bytes) return fail(ErrorCode::kCorrupt, "a message's image is no base64");
    images.push_back(*std::move(bytes));
  }
  return {};
}

Result<Message> parse_message(const Json& json) {
  Message message;
  message.role = text_of(json, "role");
  message.content = text_of(json, "content");
  message.thinking = text_of(json, "thinking");
  message.tool_name = text_of(json, "tool_name");
  message.tool_call_id = text_of(json, "tool_call_id");
  AX_CHECK(parse_images(json, message.images));
  const auto calls = json.find("tool_calls");
  if (calls == json.end() || !calls->is_array()) return message;
  for (const Json& call : *calls) {
    message.tool_calls.push_back(parse_call(call, static_cast<int>(message.tool_calls.size())));
  }
  return message;
}

Json call_json(const ToolCall& call) {
  Json arguments = Json::parse(call.arguments, nullptr, false);
  if (!arguments.is_object()) arguments = Json::object();
  Json json = Json::object();
  if (!call.id.empty()) json["id"] = call.id;
  json["function"] =
      Json{{"index", call.index}, {"name", call.name}, {"arguments", std::move(arguments)}};
  return json;
}

Json message_json(const Message& message) {
  Json json = {{"role", message.role}, {"content", message.content}};
  if (!message.thinking.empty()) json["thinking"] = message.thinking;
  for (const std::string& image : message.images) json["images"].push_back(encode_base64(image));
  for (const ToolCall& call : message.tool_calls) json["tool_calls"].push_back(call_json(call));
  if (!message.tool_name.empty()) json["tool_name"] = message.tool_name;
  if (!message.tool_call_id.empty()) json["tool_call_id"] = message.tool_call_id;
  return json;
}

}  // namespace

Result<std::vector<Message>> parse_messages(std::string_view text) {
  const bool deep = json_too_deep(text);
  const Json json = deep ? Json() : Json::parse(text, nullptr, false);
  if (!json.is_array()) return fail(ErrorCode::kCorrupt, "the messages are no JSON array");
  std::vector<Message> messages;
  for (const Json& entry : json) {
    if (!entry.is_object()) return fail(ErrorCode::kCorrupt, "a message is no JSON object");
    AX_TRY(Message message, parse_message(entry));
    messages.push_back(std::move(message));
  }
  return messages;
}

std::string messages_json(const std::vector<Message>& messages) {
  Json json = Json::array();
  for (const Message& message : messages) json.push_back(message_json(message));
  return go_encoded(dump(json));
}

}  // namespace axllama::store
