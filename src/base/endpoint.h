// Where a server listens or a client connects.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace axllama {

struct Endpoint {
  std::string host = {};       // TCP: name or address, IPv6 without brackets
  uint16_t port = 0;           // TCP; 0 lets the system choose when listening
  std::string unix_path = {};  // when not empty: a Unix socket, and host and port mean nothing

  bool is_unix() const { return !unix_path.empty(); }
  // "127.0.0.1:11434", "[::1]:80" or "unix:/run/x.sock".
  std::string text() const;
  bool operator==(const Endpoint&) const = default;
};

constexpr uint16_t kDefaultPort = 11434;

// Reads OLLAMA_HOST's forms as Ollama does (spec/ollama.md 3): "", "host", "host:port", ":port",
// "http://host" (port 80), "https://host" (443), "[::1]:1234", bare IPv6; a port that is none
// becomes the scheme's, else 11434. Also "unix:/path". ":port" is every interface: 0.0.0.0.
// Never fails: what can't be read is the default.
Endpoint parse_host(std::string_view text);
// Where a client finds a server that listens on `listen`: 0.0.0.0 and :: become the loopback.
Endpoint client_side(const Endpoint& listen);
// The endpoint is on this machine only (127.0.0.0/8, ::1, localhost, a Unix socket).
bool is_loopback(const Endpoint& endpoint);

}  // namespace axllama
