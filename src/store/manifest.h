// Manifests as JSON: what a file under manifests/ says.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "store/store.h"

namespace axllama::store {

namespace media {
constexpr const char* kManifest = "application/vnd.docker.distribution.manifest.v2+json";
constexpr const char* kConfig = "application/vnd.docker.container.image.v1+json";
constexpr const char* kModel = "application/vnd.ollama.image.model";
constexpr const char* kProjector = "application/vnd.ollama.image.projector";
constexpr const char* kAdapter = "application/vnd.ollama.image.adapter";
constexpr const char* kTemplate = "application/vnd.ollama.image.template";
constexpr const char* kPrompt = "application/vnd.ollama.image.prompt";  // a template of old
constexpr const char* kSystem = "application/vnd.ollama.image.system";
constexpr const char* kParams = "application/vnd.ollama.image.params";
constexpr const char* kMessages = "application/vnd.ollama.image.messages";
constexpr const char* kFile = "application/vnd.axllama.image.file";  // of a folder, with its name
constexpr const char* kLicense = "application/vnd.ollama.image.license";
}  // namespace media

// Config and layers; name, path, digest and time stay empty. kCorrupt for anything but a manifest
// of one model, and for digests that are none.
Result<Manifest> parse_manifest(std::string_view json);
// The bytes that Ollama would write.
std::string manifest_json(const Manifest& manifest);

}  // namespace axllama::store
