#include "store/manifest.h"

#include <nlohmann/json.hpp>

#include "store/blobs.h"
#include "store/json_text.h"

namespace axllama::store {
namespace {

using Json = nlohmann::ordered_json;

std::unexpected<Error> broken(std::string what) {
  return fail(ErrorCode::kCorrupt, "the manifest is broken: " + std::move(what));
}

// The text under `key`; empty when it is missing or no text.
std::string text_of(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

Result<Layer> parse_layer(const Json& json) {
  if (!json.is_object()) return broken("a layer is no object");
  Layer layer;
  layer.media_type = text_of(json, "mediaType");
  const auto digest = normal_digest(text_of(json, "digest"));
  if (!digest) return broken("a layer has no valid digest");
  layer.digest = *digest;
  const auto size = json.find("size");
  if (size == json.end() || !size->is_number_unsigned()) return broken("a layer has no size");
  layer.size = size->get<uint64_t>();
  layer.from = text_of(json, "from");
  layer.name = text_of(json, "name");
  return layer;
}

Result<Manifest> parse_object(const Json& json) {
  if (!json.is_object()) return broken("it is no JSON object");
  const auto config = json.find("config");
  const auto layers = json.find("layers");
  if (config == json.end()) return broken("it names no config");
  if (layers == json.end() || !layers->is_array()) return broken("it has no layers");
  Manifest manifest;
  AX_TRY(manifest.config, parse_layer(*config));
  for (const Json& entry : *layers) {
    AX_TRY(Layer layer, parse_layer(entry));
    manifest.layers.push_back(std::move(layer));
  }
  return manifest;
}

Json layer_json(const Layer& layer) {
  Json json = {{"mediaType", layer.media_type}, {"digest", layer.digest}, {"size", layer.size}};
  if (!layer.from.empty()) json["from"] = layer.from;
  if (!layer.name.empty()) json["name"] = layer.name;
  return json;
}

}  // namespace

Result<Manifest> parse_manifest(std::string_view text) {
  if (json_too_deep(text)) return broken("it nests too deep");
  const Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) return broken("it is no JSON");
  return parse_object(json);
}

std::string manifest_json(const Manifest& manifest) {
  Json layers = Json::array();
  for (const Layer& layer : manifest.layers) layers.push_back(layer_json(layer));
  const Json json = {{"schemaVersion", 2},
                     {"mediaType", media::kManifest},
                     {"config", layer_json(manifest.config)},
                     {"layers", std::move(layers)}};
  return go_encoded(json.dump(-1, ' ', false, Json::error_handler_t::replace));
}

}  // namespace axllama::store
