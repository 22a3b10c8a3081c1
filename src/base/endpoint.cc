#include "base/endpoint.h"

#include <arpa/inet.h>
#include <strings.h>

#include <array>
#include <charconv>
#include <optional>

#include "base/trim.h"

namespace axllama {
namespace {

constexpr std::string_view kLoopback = "127.0.0.1";

struct HostPort {
  std::string_view host;
  std::string_view port;
};

// "host:port", "host:", ":port" or "[v6]:port"; nothing when there is no port part to cut off.
std::optional<HostPort> split_host_port(std::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  } else if (host.find_first_of(":[]") != std::string_view::npos) {
    return std::nullopt;
  }
  return HostPort{host, text.substr(colon + 1)};
}

std::string_view without_brackets(std::string_view host) {
  if (host.starts_with('[')) host.remove_prefix(1);
  if (host.ends_with(']')) host.remove_suffix(1);
  return host;
}

std::optional<in_addr> ipv4(const std::string& host) {
  in_addr address = {};
  if (inet_pton(AF_INET, host.c_str(), &address) != 1) return std::nullopt;
  return address;
}

// A zone ("%eth0") is not part of the address.
std::optional<in6_addr> ipv6(const std::string& host) {
  in6_addr address = {};
  const std::string bare = host.substr(0, host.find('%'));
  if (inet_pton(AF_INET6, bare.c_str(), &address) != 1) return std::nullopt;
  return address;
}

std::string shortest_form(const in6_addr& address) {
  std::array<char, INET6_ADDRSTRLEN> text = {};
  inet_ntop(AF_INET6, &address, text.data(), text.size());
  return text.data();
}

// A host as sockets take it, or the loopback when it can't be one.
std::string clean_host(std::string_view text) {
  std::string host(without_brackets(text));
  if (host.find(':') == std::string::npos) return host.empty() ? std::string(kLoopback) : host;
  const auto address = ipv6(host);
  if (!address) return std::string(kLoopback);
  return host.find('%') == std::string::npos ? shortest_form(*address) : host;
}

uint16_t read_port(std::string_view text, uint16_t fallback) {
  uint16_t port = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, port);
  return error == std::errc{} && stop == end ? port : fallback;
}

// Cuts "scheme://" off and says which port stands for it.
uint16_t take_scheme(std::string_view& text) {
  const size_t end = text.find("://");
  if (end == std::string_view::npos) return kDefaultPort;
  const std::string_view scheme = text.substr(0, end);
  text.remove_prefix(end + 3);
  if (scheme == "http") return 80;
  return scheme == "https" ? 443 : kDefaultPort;
}

}  // namespace

std::string Endpoint::text() const {
  if (is_unix()) return "unix:" + unix_path;
  const std::string shown = host.find(':') == std::string::npos ? host : "[" + host + "]";
  return shown + ":" + std::to_string(port);
}

Endpoint parse_host(std::string_view text) {
  text = trim(text);
  constexpr std::string_view kUnix = "unix:";
  if (text.starts_with(kUnix) && text.size() > kUnix.size()) {
    return {.unix_path = std::string(text.substr(kUnix.size()))};
  }
  const uint16_t default_port = take_scheme(text);
  text = text.substr(0, text.find('/'));
  const auto parts = split_host_port(text);
  if (!parts) return {.host = clean_host(text), .port = default_port};
  const uint16_t port = read_port(parts->port, default_port);
  // ":port" names no host, and that means every interface.
  return {.host = parts->host.empty() ? "0.0.0.0" : clean_host(parts->host), .port = port};
}

Endpoint client_side(const Endpoint& listen) {
  Endpoint found = listen;
  if (listen.is_unix()) return found;
  if (listen.host == "0.0.0.0") found.host = kLoopback;
  const auto address = ipv6(listen.host);
  if (address && IN6_IS_ADDR_UNSPECIFIED(&*address)) found.host = "::1";
  return found;
}

bool is_loopback(const Endpoint& endpoint) {
  if (endpoint.is_unix()) return true;
  if (strcasecmp(endpoint.host.c_str(), "localhost") == 0) return true;
  if (const auto address = ipv4(endpoint.host)) return ntohl(address->s_addr) >> 24 == 127;
  const auto address = ipv6(endpoint.host);
  if (!address) return false;
  if (IN6_IS_ADDR_V4MAPPED(&*address)) return address->s6_addr[12] == 127;
  return IN6_IS_ADDR_LOOPBACK(&*address);
}

}  // namespace axllama
