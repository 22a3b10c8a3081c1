// What headers of registries say. Pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace axllama::store {

// WWW-Authenticate: Bearer realm="https://...",service="...",scope="..."
struct Challenge {
  std::string realm;    // URL that gives tokens
  std::string service;  // may be empty
  std::string scope;    // space-separated; may be empty
  bool operator==(const Challenge&) const = default;
};

// The first Bearer challenge with a realm among those of the header; nothing when there is none.
std::optional<Challenge> parse_challenge(std::string_view header);

// "Content-Range: bytes 100-199/1000".
struct ContentRange {
  uint64_t first = 0, last = 0;
  std::optional<uint64_t> total = {};  // "*" is nothing
  bool operator==(const ContentRange&) const = default;
};
std::optional<ContentRange> parse_content_range(std::string_view header);

// How many bytes an upload has so far: 1000 of "0-999" or "bytes=0-999".
std::optional<uint64_t> parse_upload_range(std::string_view header);

// The URL of `Link: <url>; rel="next"`; empty when there is none.
std::string next_link(std::string_view header);

}  // namespace axllama::store
