#include "store/config.h"

#include <nlohmann/json.hpp>

#include "store/json_text.h"

namespace axllama::store {
namespace {

using Json = nlohmann::ordered_json;

void read(const Json& json, const char* key, std::string& into) {
  const auto found = json.find(key);
  if (found != json.end() && found->is_string()) into = found->get<std::string>();
}

void read(const Json& json, const char* key, int64_t& into) {
  const auto found = json.find(key);
  if (found != json.end() && found->is_number_integer()) into = found->get<int64_t>();
}

void read(const Json& json, const char* key, std::vector<std::string>& into) {
  const auto found = json.find(key);
  if (found == json.end() || !found->is_array()) return;
  for (const Json& entry : *found) {
    if (entry.is_string()) into.push_back(entry.get<std::string>());
  }
}

// Fields that Ollama leaves out when they say nothing.
template <class T>
void write_unless_empty(Json& json, const char* key, const T& value) {
  if (value == T{}) {
    json.erase(key);
  } else {
    json[key] = value;
  }
}

}  // namespace

Result<Config> parse_config(std::string_view text) {
  const bool deep = json_too_deep(text);
  const Json json = deep ? Json() : Json::parse(text, nullptr, false);
  if (!json.is_object()) return fail(ErrorCode::kCorrupt, "the config is no JSON object");
  Config config;
  read(json, "model_format", config.model_format);
  read(json, "model_family", config.model_family);
  read(json, "model_families", config.model_families);
  read(json, "model_type", config.model_type);
  read(json, "file_type", config.file_type);
  read(json, "renderer", config.renderer);
  read(json, "parser", config.parser);
  read(json, "requires", config.required_version);
  read(json, "remote_host", config.remote_host);
  read(json, "remote_model", config.remote_model);
  read(json, "capabilities", config.capabilities);
  read(json, "context_length", config.context_length);
  read(json, "embedding_length", config.embedding_length);
  config.original = text;
  return config;
}

std::string config_json(const Config& config, const std::vector<std::string>& layer_digests) {
  Json json = Json::parse(config.original.empty() ? "{}" : config.original, nullptr, false);
  json["model_format"] = config.model_format;
  json["model_family"] = config.model_family;
  json["model_families"] = config.model_families;
  json["model_type"] = config.model_type;
  json["file_type"] = config.file_type;
  write_unless_empty(json, "renderer", config.renderer);
  write_unless_empty(json, "parser", config.parser);
  write_unless_empty(json, "requires", config.required_version);
  write_unless_empty(json, "remote_host", config.remote_host);
  write_unless_empty(json, "remote_model", config.remote_model);
  write_unless_empty(json, "capabilities", config.capabilities);
  write_unless_empty(json, "context_length", config.context_length);
  write_unless_empty(json, "embedding_length", config.embedding_length);
  json["architecture"] = "amd64";
  json["os"] = "linux";
  json["rootfs"] = Json{{"type", "layers"}, {"diff_ids", layer_digests}};
  return go_encoded(json.dump(-1, ' ', false, Json::error_handler_t::replace));
}

}  // namespace axllama::store
