#include "store/transfer_settings.h"

#include <algorithm>
#include <charconv>

#include "base/duration.h"
#include "base/env.h"
#include "base/log.h"

namespace axllama::store {
namespace {

std::string first_of(const char* upper, const char* lower) {
  std::string value = env_get(upper);
  return value.empty() ? env_get(lower) : value;
}

void read_bytes(const char* name, uint64_t& into) {
  const std::string text = env_get(name);
  if (text.empty()) return;
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc() && end == text.data() + text.size() && value > 0) {
    into = value;
  } else {
    log_warn(std::string(name) + "=" + text + " is no number of bytes: using " +
             std::to_string(into));
  }
}

void read_time(const char* name, std::chrono::milliseconds& into) {
  const std::string text = env_get(name);
  if (text.empty()) return;
  const Result<Nanoseconds> value = parse_duration(text);
  if (value && *value >= std::chrono::milliseconds(1)) {
    into = std::chrono::duration_cast<std::chrono::milliseconds>(*value);
  } else {
    log_warn(std::string(name) + "=" + text + " is no time above 1ms: using " +
             format_duration(into));
  }
}

constexpr const char* machine() {
#if defined(__aarch64__)
  return "arm64";
#elif defined(__x86_64__)
  return "amd64";
#else
  return "other";
#endif
}

}  // namespace

TransferSettings transfer_settings_from_env(std::string agent) {
  TransferSettings settings;
  settings.user_agent = std::move(agent);
  for (PartSizes* sizes : {&settings.pull, &settings.push}) {
    read_bytes("AXLLAMA_PULL_PART", sizes->smallest);
    sizes->largest = std::max(sizes->largest, sizes->smallest);
  }
  read_time("AXLLAMA_PULL_STALL", settings.stall);
  read_time("AXLLAMA_PULL_BACKOFF", settings.back_off);
  settings.proxy_http = first_of("HTTP_PROXY", "http_proxy");
  settings.proxy_https = first_of("HTTPS_PROXY", "https_proxy");
  settings.no_proxy = first_of("NO_PROXY", "no_proxy");
  settings.ca_file = env_get("SSL_CERT_FILE");
  settings.ca_folder = env_get("SSL_CERT_DIR");
  if (std::string hub = env_get("HF_ENDPOINT"); !hub.empty()) {
    while (hub.ends_with('/')) hub.pop_back();
    settings.hugging_face = hub;
  }
  settings.hugging_face_token = env_get("HF_TOKEN");
  return settings;
}

std::string user_agent(const std::string& api_version, const std::string& own_version) {
  return "ollama/" + api_version + " (" + machine() + " linux) axllama/" + own_version;
}

}  // namespace axllama::store
