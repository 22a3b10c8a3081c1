#include "http/wire.h"

#include <strings.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <initializer_list>
#include <ostream>
#include <utility>

#include <boost/beast/http/status.hpp>  // needs <ostream> before it

namespace axllama {
namespace {

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::ranges::any_of(names, [&](std::string_view other) {
    return name.size() == other.size() &&
           ::strncasecmp(name.data(), other.data(), name.size()) == 0;
  });
}

void append(std::string& head, std::string_view name, std::string_view value) {
  head.append(name).append(": ");
  for (const char c : value) head += c == '\r' || c == '\n' || c == '\0' ? ' ' : c;
  head.append(kLineEnd);
}

// Made once a second: formatting a date costs more than the rest of a small answer.
const std::string& date_now() {
  thread_local std::pair<std::time_t, std::string> cached{-1, {}};
  const std::time_t now = std::time(nullptr);
  if (cached.first != now) cached = {now, http_date(now)};
  return cached.second;
}

void append_framing(std::string& head, Framing framing, size_t length) {
  if (framing == Framing::kLength) append(head, "Content-Length", std::to_string(length));
  if (framing == Framing::kChunked) append(head, "Transfer-Encoding", "chunked");
}

}  // namespace

bool may_have_body(int status) {
  return status >= 200 && status != 204 && status != 304;
}

std::string response_head(const HttpResponse& response, Framing framing, bool keep_alive,
                          bool http10) {
  std::string head = http10 ? "HTTP/1.0 " : "HTTP/1.1 ";
  head += std::to_string(response.status) + ' ';
  head.append(reason_phrase(response.status)).append(kLineEnd);
  for (const auto& [name, value] : response.headers) {
    const bool ours = is_one_of(name, {"content-length", "transfer-encoding", "connection"}) ||
                      (is_one_of(name, {"content-type"}) && !response.content_type.empty());
    if (!ours) append(head, name, value);
  }
  if (!response.content_type.empty()) append(head, "Content-Type", response.content_type);
  if (!find_header(response.headers, "date")) append(head, "Date", date_now());
  if (may_have_body(response.status)) append_framing(head, framing, response.body.size());
  if (!keep_alive) append(head, "Connection", "close");
  if (keep_alive && http10) append(head, "Connection", "keep-alive");
  return head.append(kLineEnd);
}

std::string request_head(const HttpRequest& request, std::string_view host) {
  std::string head = request.method + ' ' + request.target + " HTTP/1.1\r\n";
  if (!find_header(request.headers, "host")) append(head, "Host", host);
  for (const auto& [name, value] : request.headers) {
    if (is_one_of(name, {"content-length", "transfer-encoding", "connection"})) continue;
    append(head, name, value);
  }
  const uint64_t size = request.source ? request.source->size : request.body.size();
  const bool bare = size == 0 && is_one_of(request.method, {"GET", "HEAD", "DELETE"});
  if (!bare) append(head, "Content-Length", std::to_string(size));
  append(head, "Connection", "close");
  return head.append(kLineEnd);
}

std::string chunk_head(size_t bytes) {
  std::array<char, 2 * sizeof(bytes)> digits;
  const auto [end, failed] = std::to_chars(digits.data(), digits.data() + digits.size(), bytes, 16);
  return std::string(digits.data(), end).append(kLineEnd);
}

std::string_view reason_phrase(int status) {
  if (status == 499) return "Client Closed Request";
  const auto known = boost::beast::http::int_to_status(static_cast<unsigned>(status));
  if (known == boost::beast::http::status::unknown) return "Status";
  const auto phrase = boost::beast::http::obsolete_reason(known);
  return {phrase.data(), phrase.size()};
}

std::string http_date(std::time_t when) {
  constexpr std::array kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  std::tm tm = {};
  ::gmtime_r(&when, &tm);
  std::array<char, 64> text;  // strftime's names follow the locale, HTTP's don't
  std::snprintf(text.data(), text.size(), "%s, %02d %s %04d %02d:%02d:%02d GMT",
                kDays[static_cast<size_t>(tm.tm_wday)], tm.tm_mday,
                kMonths[static_cast<size_t>(tm.tm_mon)], tm.tm_year + 1900, tm.tm_hour, tm.tm_min,
                tm.tm_sec);
  return text.data();
}

}  // namespace axllama
