#include "cli/requests.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "base/base64.h"

namespace axllama::cli {
namespace {

using Json = nlohmann::ordered_json;

// What a user pipes in need not be UTF-8; such bytes become U+FFFD.
std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json options_json(const OptionList& list) {
  Json json = Json::object();
  for (const auto& [name, value] : list) {
    std::visit([&, &name = name](const auto& held) { json[name] = held; }, value);
  }
  return json;
}

void set_text(Json& json, const char* key, const std::string& text) {
  if (!text.empty()) json[key] = text;
}

Json call_json(const ToolCall& call) {
  Json json = Json::object();
  set_text(json, "id", call.id);
  json["function"] = {{"index", call.index},
                      {"name", call.name},
                      {"arguments", Json::parse(call.arguments, nullptr, false)}};
  return json;
}

Json messages_json(std::span<const Message> messages) {
  Json list = Json::array();
  for (const Message& message : messages) {
    Json json{{"role", message.role}, {"content", message.content}};
    if (!message.thinking.empty()) json["thinking"] = message.thinking;
    for (const std::string& image : message.images) json["images"].push_back(encode_base64(image));
    for (const ToolCall& call : message.tool_calls) json["tool_calls"].push_back(call_json(call));
    set_text(json, "tool_name", message.tool_name);
    set_text(json, "tool_call_id", message.tool_call_id);
    list.push_back(std::move(json));
  }
  return list;
}

Json pairs_json(const std::vector<std::pair<std::string, std::string>>& pairs) {
  Json json = Json::object();
  for (const auto& [key, value] : pairs) json[key] = value;
  return json;
}

Json ask_json(const Ask& ask) {
  Json json{{"model", ask.model}};
  if (ask.format.kind == Format::Kind::kJson) json["format"] = "json";
  if (ask.format.kind == Format::Kind::kSchema) json["format"] = Json::parse(ask.format.schema);
  if (ask.think && !ask.think->level.empty()) {
    json["think"] = ask.think->level;
  } else if (ask.think) {
    json["think"] = ask.think->on;
  }
  if (!ask.keep_alive.empty()) json["keep_alive"] = ask.keep_alive;
  if (!ask.options.empty()) json["options"] = options_json(ask.options);
  if (!ask.device.empty()) json["device"] = ask.device;
  return json;
}

}  // namespace

std::string generate_body(const Ask& ask, std::string_view prompt,
                          const std::vector<std::string>& images) {
  Json json = ask_json(ask);
  json["prompt"] = prompt;
  for (const std::string& image : images) json["images"].push_back(encode_base64(image));
  return dump(json);
}

std::string chat_body(const Ask& ask, std::span<const Message> messages) {
  Json json = ask_json(ask);
  json["messages"] = messages_json(messages);
  return dump(json);
}

std::string load_body(const Ask& ask) {
  Json json{{"model", ask.model}};
  set_text(json, "keep_alive", ask.keep_alive);
  if (!ask.options.empty()) json["options"] = options_json(ask.options);
  return dump(json);
}

std::string unload_body(std::string_view model) {
  return dump(Json{{"model", model}, {"keep_alive", 0}});
}

std::string embed_body(const EmbedAsk& ask) {
  Json json{{"model", ask.model}, {"input", ask.input}, {"truncate", ask.truncate}};
  if (ask.dimensions > 0) json["dimensions"] = ask.dimensions;
  set_text(json, "keep_alive", ask.keep_alive);
  set_text(json, "device", ask.device);
  return dump(json);
}

std::string model_body(std::string_view model) {
  return dump(Json{{"model", model}});
}

std::string show_body(std::string_view model, bool verbose) {
  return dump(Json{{"model", model}, {"verbose", verbose}});
}

std::string copy_body(std::string_view source, std::string_view destination) {
  return dump(Json{{"source", source}, {"destination", destination}});
}

std::string create_body(const NewModel& model) {
  Json json{{"model", model.name}};
  set_text(json, "from", model.from);
  if (!model.files.empty()) json["files"] = pairs_json(model.files);
  if (!model.adapters.empty()) json["adapters"] = pairs_json(model.adapters);
  if (model.go_template) json["template"] = *model.go_template;
  if (model.system) json["system"] = *model.system;
  if (!model.licenses.empty()) json["license"] = model.licenses;
  if (!model.parameters.empty()) json["parameters"] = options_json(model.parameters);
  if (!model.messages.empty()) json["messages"] = messages_json(model.messages);
  set_text(json, "quantize", model.quantize);
  set_text(json, "renderer", model.renderer);
  set_text(json, "parser", model.parser);
  set_text(json, "requires", model.required_version);
  json["stream"] = true;
  return dump(json);
}

Result<Format> parse_format(std::string_view text) {
  if (text.empty()) return Format{};
  if (text == "json") return Format{Format::Kind::kJson};
  const Json schema = Json::parse(text, nullptr, false);
  if (schema.is_object()) return Format{Format::Kind::kSchema, schema.dump()};
  return fail(ErrorCode::kInvalidArgument,
              "invalid format: \"" + std::string(text) + "\"; expected \"json\" or a JSON schema");
}

Result<Think> parse_think(std::string_view text) {
  constexpr std::array kLevels = {"low", "medium", "high", "max"};
  if (text == "true") return Think{true};
  if (text == "false") return Think{false};
  if (std::ranges::find(kLevels, text) != kLevels.end()) return Think{true, std::string(text)};
  return fail(ErrorCode::kInvalidArgument,
              "invalid think value: \"" + std::string(text) +
                  "\" (must be \"high\", \"medium\", \"low\", \"max\", true, or false)");
}

}  // namespace axllama::cli
