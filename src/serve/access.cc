#include "serve/access.h"

#include <arpa/inet.h>
#include <ifaddrs.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstring>
#include <memory>
#include <optional>

#include "base/trim.h"

namespace axllama::serve {
namespace {

constexpr std::array kExtensionSchemes = {"chrome-extension://", "safari-extension://",
                                          "moz-extension://", "ms-browser-extension://"};

constexpr std::array kSafeSuffixes = {".localhost", ".local", ".internal"};

constexpr std::string_view kBlanks = " \t";

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

// "[::1]:80" -> "::1", "host:80" -> "host"
std::string_view without_port(std::string_view host) {
  if (host.starts_with('[')) return host.substr(1, host.find(']') - 1);
  if (std::ranges::count(host, ':') > 1) return host;  // bare IPv6
  return host.substr(0, host.find(':'));
}

bool safe_v4(const in_addr& address) {
  const uint32_t ip = ntohl(address.s_addr);
  return ip >> 24 == 127 || ip == 0 || ip >> 24 == 10 || ip >> 20 == 0xac1 || ip >> 16 == 0xc0a8;
}

bool safe_v6(const in6_addr& address) {
  if (IN6_IS_ADDR_V4MAPPED(&address)) {
    in_addr v4;
    std::memcpy(&v4, address.s6_addr + 12, sizeof v4);
    return safe_v4(v4);
  }
  const bool unique_local = (address.s6_addr[0] & 0xfe) == 0xfc;
  return IN6_IS_ADDR_LOOPBACK(&address) || IN6_IS_ADDR_UNSPECIFIED(&address) || unique_local;
}

template <class Address>
bool is_own(int family, const Address& address) {
  ifaddrs* list = nullptr;
  if (getifaddrs(&list) != 0) return false;
  const std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> owner(list, freeifaddrs);
  for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) {
    if (entry->ifa_addr == nullptr || entry->ifa_addr->sa_family != family) continue;
    const auto* bytes = reinterpret_cast<const char*>(entry->ifa_addr);
    const size_t offset =
        family == AF_INET ? offsetof(sockaddr_in, sin_addr) : offsetof(sockaddr_in6, sin6_addr);
    if (std::memcmp(bytes + offset, &address, sizeof address) == 0) return true;
  }
  return false;
}

// Nothing when the text is no address.
std::optional<bool> address_allowed(const std::string& text) {
  in_addr v4;
  if (inet_pton(AF_INET, text.c_str(), &v4) == 1) return safe_v4(v4) || is_own(AF_INET, v4);
  in6_addr v6;
  if (inet_pton(AF_INET6, text.c_str(), &v6) == 1) return safe_v6(v6) || is_own(AF_INET6, v6);
  return std::nullopt;
}

bool allows_all(std::span<const std::string> patterns) {
  return std::ranges::find(patterns, "*") != patterns.end();
}

}  // namespace

std::vector<std::string> allowed_origins(std::string_view ollama_origins) {
  std::vector<std::string> origins;
  while (!ollama_origins.empty()) {
    const size_t comma = std::min(ollama_origins.find(','), ollama_origins.size());
    const std::string_view item = trim(ollama_origins.substr(0, comma), kBlanks);
    if (!item.empty()) origins.emplace_back(item);
    ollama_origins.remove_prefix(std::min(comma + 1, ollama_origins.size()));
  }
  for (const std::string host : {"localhost", "127.0.0.1", "0.0.0.0"}) {
    for (const std::string scheme : {"http://", "https://"}) {
      origins.push_back(scheme + host);
      origins.push_back(scheme + host + ":*");
    }
  }
  for (const char* pattern :
       {"app://*", "file://*", "tauri://*", "vscode-webview://*", "vscode-file://*"}) {
    origins.emplace_back(pattern);
  }
  return origins;
}

bool origin_matches(std::string_view pattern, std::string_view origin) {
  const size_t star = pattern.find('*');
  if (star == std::string_view::npos) return lower(pattern) == lower(origin);
  const std::string head = lower(pattern.substr(0, star)), tail = lower(pattern.substr(star + 1));
  const std::string text = lower(origin);
  return text.size() >= head.size() + tail.size() && text.starts_with(head) && text.ends_with(tail);
}

bool origin_allowed(std::string_view origin, std::string_view host,
                    std::span<const std::string> patterns) {
  if (origin.empty()) return true;
  if (origin == "http://" + std::string(host) || origin == "https://" + std::string(host)) {
    return true;
  }
  const auto is_prefix = [&](std::string_view scheme) { return origin.starts_with(scheme); };
  if (std::ranges::any_of(kExtensionSchemes, is_prefix)) return true;
  return std::ranges::any_of(
      patterns, [&](const std::string& pattern) { return origin_matches(pattern, origin); });
}

bool host_allowed(std::string_view host, std::string_view machine_name) {
  const std::string name = lower(without_port(trim(host, kBlanks)));
  if (name.empty() || name == "localhost") return true;
  if (const std::optional<bool> address = address_allowed(name)) return *address;
  if (!machine_name.empty() && name == lower(machine_name)) return true;
  return std::ranges::any_of(kSafeSuffixes,
                             [&](std::string_view suffix) { return name.ends_with(suffix); });
}

Headers cors_headers(std::string_view origin, std::span<const std::string> patterns) {
  if (origin.empty()) return {};
  if (allows_all(patterns)) return {{"Access-Control-Allow-Origin", "*"}};
  return {{"Access-Control-Allow-Origin", std::string(origin)}, {"Vary", "Origin"}};
}

Headers preflight_headers(std::string_view origin, std::span<const std::string> patterns) {
  Headers headers = cors_headers(origin, patterns);
  headers.emplace_back("Access-Control-Allow-Methods", "GET,POST,PUT,PATCH,DELETE,HEAD,OPTIONS");
  headers.emplace_back(
      "Access-Control-Allow-Headers",
      "Authorization,Content-Type,User-Agent,Accept,X-Requested-With,OpenAI-Beta,"
      "x-api-key,anthropic-version,anthropic-beta,"
      "x-stainless-arch,x-stainless-async,x-stainless-custom-poll-interval,"
      "x-stainless-helper-method,x-stainless-lang,x-stainless-os,x-stainless-package-version,"
      "x-stainless-poll-helper,x-stainless-retry-count,x-stainless-runtime,"
      "x-stainless-runtime-version,x-stainless-timeout");
  headers.emplace_back("Access-Control-Max-Age", "43200");
  return headers;
}

}  // namespace axllama::serve
