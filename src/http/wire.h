// The text that goes over the wire: heads of requests and answers, and chunk frames.
#pragma once

#include <cstddef>
#include <ctime>
#include <string>
#include <string_view>

#include "http/message.h"

namespace axllama {

// How the other end learns where an answer's body ends.
enum class Framing { kLength, kChunked, kUntilClose };

constexpr std::string_view kLineEnd = "\r\n";
constexpr std::string_view kLastChunk = "0\r\n\r\n";
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

// Status line and headers with the empty line behind. Date, Content-Type, the length or coding and
// Connection are ours; headers of these names in `response` are left out, except Date. A header
// can't smuggle in another one: line breaks in values become spaces.
std::string response_head(const HttpResponse& response, Framing framing, bool keep_alive,
                          bool http10);
// Answers of some statuses have no body, whatever a handler says.
bool may_have_body(int status);
// Request line and headers. Adds Host when `request` has none, Content-Length, and
// "Connection: close".
std::string request_head(const HttpRequest& request, std::string_view host);
// "1a\r\n"
std::string chunk_head(size_t bytes);
// "Not Found"; "Status" for a number nobody knows.
std::string_view reason_phrase(int status);
// "Mon, 23 Nov 2026 13:04:41 GMT"
std::string http_date(std::time_t when);

}  // namespace axllama
