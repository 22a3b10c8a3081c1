#include "serve/settings.h"

#include <charconv>

#include "api/ollama.h"
#include "base/env.h"
#include "base/host_memory.h"
#include "base/log.h"
#include "runner/protocol.h"
#include "serve/access.h"
#include "serve/version.h"
#include "store/store.h"

namespace axllama::serve {
namespace {

int64_t env_integer(const char* name, int64_t fallback, int64_t least) {
  const std::string text = env_get(name);
  if (text.empty()) return fallback;
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc() && end == text.data() + text.size() && value >= least) return value;
  log_warn(std::string(name) + "=" + text + " is no number from " + std::to_string(least) +
           " on: using " + std::to_string(fallback));
  return fallback;
}

Nanoseconds env_duration(const char* name, Nanoseconds fallback) {
  const std::string text = env_get(name);
  if (text.empty()) return fallback;
  if (const Result<Nanoseconds> value = ollama::read_keep_alive(text)) return *value;
  log_warn(std::string(name) + "=" + text + " is no duration: using " + format_duration(fallback));
  return fallback;
}

DeviceWish env_device(const char* name) {
  const Result<DeviceWish> wish = parse_device(env_get(name));
  if (!wish) log_warn(std::string(name) + ": " + wish.error().text());
  return wish.value_or(DeviceWish{});
}

int64_t env_park_size() {
  const Result<int64_t> size = runner::park_size(env_get("AXLLAMA_PARK"), host_memory());
  if (size) return *size;
  const int64_t fallback = *runner::park_size({}, host_memory());
  log_warn("AXLLAMA_PARK: " + size.error().text() + ": using " + std::to_string(fallback));
  return fallback;
}

std::filesystem::path runtime_dir() {
  for (const char* name : {"AXLLAMA_RUNTIME_DIR", "XDG_RUNTIME_DIR"}) {
    if (std::string value = env_get(name); !value.empty()) return value;
  }
  return "/tmp";
}

}  // namespace

Settings settings_from_env() {
  Settings settings;
  settings.listen = parse_host(env_get("OLLAMA_HOST"));
  settings.models = store::Store::default_root();
  if (!env_get("OLLAMA_GO_TEMPLATE").empty()) {
    settings.go_templates = env_flag("OLLAMA_GO_TEMPLATE");
  }
  settings.origins = allowed_origins(env_get("OLLAMA_ORIGINS"));
  settings.keep_alive = env_duration("OLLAMA_KEEP_ALIVE", std::chrono::minutes(5));
  settings.load_timeout = env_duration("OLLAMA_LOAD_TIMEOUT", std::chrono::minutes(5));
  if (settings.load_timeout <= Nanoseconds(0)) settings.load_timeout = kForever;
  settings.context = env_integer("OLLAMA_CONTEXT_LENGTH", 4096, 0);
  if (settings.context == 0) settings.context = 4096;
  settings.parallel = env_integer("OLLAMA_NUM_PARALLEL", 1, 1);
  settings.max_queue = static_cast<size_t>(env_integer("OLLAMA_MAX_QUEUE", 512, 1));
  settings.device = env_device("AXLLAMA_DEVICE");
  settings.park_bytes = env_park_size();
  settings.runtime_dir = runtime_dir();
  const std::string version = env_get("AXLLAMA_API_VERSION");
  settings.api_version = version.empty() ? kApiVersion : version;
  settings.keep_unused = env_flag("OLLAMA_NOPRUNE");
  settings.no_cloud = env_flag("OLLAMA_NO_CLOUD");
  settings.transfers =
      store::transfer_settings_from_env(store::user_agent(settings.api_version, kOwnVersion));
  return settings;
}

}  // namespace axllama::serve
