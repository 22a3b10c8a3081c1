#include "store/config.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string_view>

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
void write_if_given(Json& json, const char* key, const T& value) {
  if (value != T{}) json[key] = value;
}

// What the model had before and we know nothing of. In one order, so that equal models are equal.
void keep_others(Json& json, std::string_view original) {
  constexpr std::array<std::string_view, 16> kKnown = {
      "model_format", "model_family",   "model_families",   "model_type",   "file_type",
      "renderer",     "parser",         "requires",         "remote_host",  "remote_model",
      "capabilities", "context_length", "embedding_length", "architecture", "os",
      "rootfs"};
  if (original.empty()) return;
  const Json had = Json::parse(original, nullptr, false);
  for (const auto& [key, value] : had.items()) {
    if (std::ranges::find(kKnown, key) == kKnown.end()) json[key] = value;
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
  Json json = Json::object();
  json["model_format"] = config.model_format;
  json["model_family"] = config.model_family;
  json["model_families"] = config.model_families;
  json["model_type"] = config.model_type;
  json["file_type"] = config.file_type;
  write_if_given(json, "renderer", config.renderer);
  write_if_given(json, "parser", config.parser);
  write_if_given(json, "requires", config.required_version);
  write_if_given(json, "remote_host", config.remote_host);
  write_if_given(json, "remote_model", config.remote_model);
  write_if_given(json, "capabilities", config.capabilities);
  write_if_given(json, "context_length", config.context_length);
  write_if_given(json, "embedding_length", config.embedding_length);
  keep_others(json, config.original);
  json["architecture"] = "amd64";
  json["os"] = "linux";
  json["rootfs"] = Json{{"type", "layers"}, {"diff_ids", layer_digests}};
  return go_encoded(json.dump(-1, ' ', false, Json::error_handler_t::replace));
}

}  // namespace axllama::store
