// Who may call: Host and Origin checks as Ollama makes them (spec/ollama.md 1.2). Pure functions.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"

namespace axllama::serve {

// Origin patterns: those of OLLAMA_ORIGINS (comma-separated) first, then the built-in ones.
std::vector<std::string> allowed_origins(std::string_view ollama_origins);

// Whether a pattern ("http://localhost:*", "app://*", "*") covers an Origin header.
bool origin_matches(std::string_view pattern, std::string_view origin);

// Whether a request with this Origin header may pass: none, the server's own host, a browser
// extension, or covered by a pattern.
bool origin_allowed(std::string_view origin, std::string_view host,
                    std::span<const std::string> patterns);

// Whether a loopback server may answer to this Host header: empty, an address of this machine or of
// a private network, localhost, the machine's own name, or a name under .localhost, .local or
// .internal. What a web page of the Internet could rebind to this machine is none of these.
bool host_allowed(std::string_view host, std::string_view machine_name);

// Headers that a browser wants to see on an answer to this Origin; empty without Origin.
Headers cors_headers(std::string_view origin, std::span<const std::string> patterns);
// Headers of the answer to a preflight request.
Headers preflight_headers(std::string_view origin, std::span<const std::string> patterns);

}  // namespace axllama::serve
