#include "chat/go_values.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "chat/json_text.h"
#include "go_template/json.h"

namespace axllama {
namespace {

using go_template::List;
using go_template::Map;
using go_template::Print;
using go_template::Struct;
using go_template::Value;
using Json = nlohmann::ordered_json;

Result<Json> read_object(const std::string& what, const JsonText& text) {
  if (text.empty()) return Json::object();
  if (nested_too_deeply(text)) {
    return fail(ErrorCode::kInvalidArgument, what + " is nested too deeply");
  }
  Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) return fail(ErrorCode::kInvalidArgument, what + " is no JSON object");
  return json;
}

List list_of(std::string type, bool boxes) {
  List list;
  list.type = std::move(type);
  list.boxes = boxes;
  return list;
}

// Any JSON; nil where there is none.
Value any_value(const Json& json, const char* key) {
  const auto found = json.find(key);
  if (found == json.end()) return {};
  return go_template::from_json(found->dump()).value_or(Value());
}

std::string text_of(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// The texts of a list, or a text that stands alone.
List texts_of(const Json& json, const char* key, std::string type) {
  List list = list_of(std::move(type), false);
  const auto found = json.find(key);
  list.nil = found == json.end();
  if (list.nil) return list;
  if (found->is_string()) list.items.emplace_back(found->get<std::string>());
  if (!found->is_array()) return list;
  for (const Json& item : *found) {
    if (item.is_string()) list.items.emplace_back(item.get<std::string>());
  }
  return list;
}

Value property_value(const Json& json);

// Properties within a property keep their order; a template can only print them.
Value inner_properties(const Json& json) {
  const auto found = json.find("properties");
  if (found == json.end() || !found->is_object()) return {};
  Map map;
  map.type = "*api.ToolPropertiesMap";
  map.boxes = false;
  map.print = Print::kJson;
  for (const auto& [name, property] : found->items()) {
    map.entries.emplace(name, property_value(property));
    map.written.push_back(name);
  }
  return map;
}

Value property_value(const Json& given) {
  const Json& json = given.is_object() ? given : Json::object();
  List any_of = list_of("[]api.ToolProperty", false);
  if (const auto found = json.find("anyOf"); found != json.end() && found->is_array()) {
    for (const Json& one : *found) any_of.items.push_back(property_value(one));
  }
  any_of.nil = any_of.items.empty();
  List types = texts_of(json, "type", "api.PropertyType");
  types.print = Print::kOnlyItem;
  Value enumeration = any_value(json, "enum");
  if (enumeration.list() == nullptr) enumeration = Value(list_of("[]interface {}", true));
  return Struct{.type = "api.ToolProperty",
                .fields = {{"AnyOf", std::move(any_of), "anyOf", true},
                           {"Type", std::move(types), "type", true},
                           {"Items", any_value(json, "items"), "items", true, true},
                           {"Description", text_of(json, "description"), "description", true},
                           {"Enum", std::move(enumeration), "enum", true},
                           {"Properties", inner_properties(json), "properties", true},
                           {"Required", texts_of(json, "required", "[]string"), "required", true}}};
}

Value outer_properties(const Json& json) {
  Map map;
  map.type = "template.templateProperties";
  map.boxes = false;
  map.print = Print::kJsonOrEmpty;
  map.missing = property_value(Json::object());
  const auto found = json.find("properties");
  map.nil = found == json.end() || !found->is_object();
  if (map.nil) return map;
  for (const auto& [name, property] : found->items()) {
    map.entries.emplace(name, property_value(property));
  }
  return map;
}

Value parameters_value(const Json& json) {
  return Struct{.type = "template.templateToolFunctionParameters",
                .fields = {{"Type", text_of(json, "type"), "type"},
                           {"Defs", any_value(json, "$defs"), "$defs", true, true},
                           {"Items", any_value(json, "items"), "items", true, true},
                           {"Required", texts_of(json, "required", "[]string"), "required", true},
                           {"Properties", outer_properties(json), "properties"}},
                .print = Print::kJson};
}

Result<Value> tool_value(const Tool& tool) {
  const std::string what = "the parameters of tool '" + tool.name + "'";
  AX_TRY(const Json json, read_object(what, tool.parameters));
  Struct function{.type = "template.templateToolFunction",
                  .fields = {{"Name", tool.name, "name"},
                             {"Description", tool.description, "description"},
                             {"Parameters", parameters_value(json), "parameters"}},
                  .print = Print::kJson};
  return Value(Struct{.type = "template.templateTool",
                      .fields = {{"Type", "function", "type"},
                                 {"Items", Value(), "items", true, true},
                                 {"Function", std::move(function), "function"}},
                      .print = Print::kJson});
}

Result<Value> call_value(const ToolCall& call) {
  const std::string what = "the arguments of the call of '" + call.name + "'";
  AX_TRY(const Json json, read_object(what, call.arguments));
  Map arguments;
  arguments.type = "template.templateArgs";
  arguments.print = Print::kJsonOrEmpty;
  for (const auto& [name, value] : json.items()) {
    arguments.entries.emplace(name, go_template::from_json(value.dump()).value_or(Value()));
  }
  Struct function{
      .type = "template.templateToolCallFunction",
      .fields = {{"Index", call.index}, {"Name", call.name}, {"Arguments", std::move(arguments)}}};
  return Value(Struct{.type = "template.templateToolCall",
                      .fields = {{"ID", call.id}, {"Function", std::move(function)}}});
}

Result<Value> message_value(const Message& message) {
  List calls = list_of("[]template.templateToolCall", false);
  for (const ToolCall& call : message.tool_calls) {
    AX_TRY(Value value, call_value(call));
    calls.items.push_back(std::move(value));
  }
  calls.nil = calls.items.empty();
  List images = list_of("[]api.ImageData", false);
  for (const std::string& image : message.images) images.items.emplace_back(image);
  images.nil = images.items.empty();
  return Value(Struct{.type = "template.templateMessage",
                      .fields = {{"Role", message.role},
                                 {"Content", message.content},
                                 {"Thinking", message.thinking},
                                 {"Images", std::move(images)},
                                 {"ToolCalls", std::move(calls)},
                                 {"ToolName", message.tool_name},
                                 {"ToolCallID", message.tool_call_id}},
                      .pointer = true});
}

void append_paragraph(std::string& text, const std::string& more) {
  if (!text.empty() && !more.empty()) text += "\n\n";
  text += more;
}

}  // namespace

std::vector<Message> collate(std::span<const Message> messages) {
  std::vector<Message> collated;
  for (const Message& message : messages) {
    if (collated.empty() || collated.back().role != message.role || message.role == "tool") {
      collated.push_back(message);
      continue;
    }
    Message& last = collated.back();
    last.content += "\n\n" + message.content;
    append_paragraph(last.thinking, message.thinking);
    last.images.insert(last.images.end(), message.images.begin(), message.images.end());
    last.tool_calls.insert(last.tool_calls.end(), message.tool_calls.begin(),
                           message.tool_calls.end());
  }
  return collated;
}

std::string joined_system(std::span<const Message> messages) {
  std::string text;
  bool first = true;
  for (const Message& message : messages) {
    if (message.role != "system") continue;
    text += (first ? "" : "\n\n") + message.content;
    first = false;
  }
  return text;
}

Result<Value> messages_value(std::span<const Message> messages) {
  List list = list_of("[]*template.templateMessage", false);
  for (const Message& message : messages) {
    AX_TRY(Value value, message_value(message));
    list.items.push_back(std::move(value));
  }
  return Value(std::move(list));
}

Result<Value> tools_value(std::span<const Tool> tools) {
  List list = list_of("template.templateTools", false);
  list.print = Print::kJson;
  list.nil = tools.empty();
  for (const Tool& tool : tools) {
    AX_TRY(Value value, tool_value(tool));
    list.items.push_back(std::move(value));
  }
  return Value(std::move(list));
}

}  // namespace axllama
