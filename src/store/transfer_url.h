// URLs of other hosts. Pure functions.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace axllama::store {

struct Url {
  std::string scheme;  // "https" or "http"
  std::string host;    // name or address, lower case, IPv6 in brackets
  std::string port;    // as a number, always there
  std::string rest;    // path and query, from the slash on

  std::string origin() const;  // "https://host", with the port when it isn't the scheme's own
  std::string text() const { return origin() + rest; }
  bool same_origin(const Url& other) const {
    return scheme == other.scheme && host == other.host && port == other.port;
  }
  bool operator==(const Url&) const = default;
};

// kInvalidArgument for anything but an http or https URL with a host. User names are dropped.
Result<Url> parse_url(std::string_view text);
// Where `location`, as a server writes it, leads from `base`.
Result<Url> resolve_url(const Url& base, std::string_view location);

// Letters, digits and -_.~ stay; slashes too where `keep_slashes`.
std::string percent_encode(std::string_view text, bool keep_slashes = false);
// "a=1&b=2", sorted by key as Go does, keys of the same name in their order.
std::string query_text(std::vector<std::pair<std::string, std::string>> values);
// Adds to a path and query.
std::string with_query(std::string rest, const std::string& query);

// "localhost", 127.0.0.0/8 and "[::1]".
bool is_loopback_host(std::string_view host);

}  // namespace axllama::store
