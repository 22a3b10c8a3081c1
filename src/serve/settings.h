// What the environment says about the server.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/duration.h"
#include "base/endpoint.h"
#include "base/result.h"
#include "core/device.h"
#include "store/transfer_settings.h"

namespace axllama::serve {

// Ollama version whose API this server implements: what /api/version reports unless
// AXLLAMA_API_VERSION says otherwise.
constexpr const char* kApiVersion = "0.33.0";

struct Settings {
  Endpoint listen;
  std::filesystem::path models;
  std::optional<bool> go_templates;  // go before Jinja; absent: whichever can do more
  std::vector<std::string> origins;  // OLLAMA_ORIGINS, then Ollama's own list
  Nanoseconds keep_alive{0};         // kForever: never unload
  Nanoseconds load_timeout{0};       // kForever: wait
  int64_t context = 4096;            // tokens, for requests and models that name none
  int64_t parallel = 1;              // slots of a runner
  size_t max_queue = 512;
  DeviceWish device = {};             // AXLLAMA_DEVICE: of requests that wish nothing
  int64_t park_bytes = 0;             // a runner's host memory for parked conversations; 0: none
  std::filesystem::path runtime_dir;  // for the runners' sockets
  std::string api_version;
  bool keep_unused = false;  // OLLAMA_NOPRUNE: blobs that no model needs stay
  bool no_cloud = false;     // OLLAMA_NO_CLOUD: only told, there is none
  store::TransferSettings transfers;
};

// A variable that can't be read is logged and its default holds, as Ollama does.
Settings settings_from_env();

}  // namespace axllama::serve
