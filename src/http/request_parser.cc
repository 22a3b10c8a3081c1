#include "http/request_parser.h"

// GCC 12 sees uninitialized values in Beast's optionals where there are none, once it inlines them.
#ifndef __clang__
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

#include <strings.h>

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <limits>
#include <optional>
#include <utility>

#include "base/format.h"

namespace axllama {
namespace {

namespace beast = boost::beast;
using beast::string_view;
using boost::system::error_code;

std::string text(string_view view) {
  return {view.data(), view.size()};
}

bool same(std::string_view a, std::string_view b) {
  return a.size() == b.size() && ::strncasecmp(a.data(), b.data(), a.size()) == 0;
}

long count(const Headers& headers, std::string_view name) {
  return std::ranges::count_if(headers,
                               [&](const auto& header) { return same(header.first, name); });
}

Refusal bad(std::string reason) {
  return {400, "bad request: " + std::move(reason)};
}

std::optional<Refusal> host_fault(const HttpRequest& request, bool http10) {
  const long hosts = count(request.headers, "host");
  if (hosts == 0 && !http10) return bad("no Host header");
  if (hosts > 1) return bad("several Host headers");
  return std::nullopt;
}

std::optional<Refusal> coding_fault(const HttpRequest& request, bool http10) {
  const auto coding = find_header(request.headers, "transfer-encoding");
  if (!coding) return std::nullopt;
  if (http10) return bad("Transfer-Encoding in HTTP/1.0");
  if (count(request.headers, "transfer-encoding") > 1) return bad("several Transfer-Encodings");
  if (!same(*coding, "chunked")) return Refusal{501, "transfer encoding not supported"};
  return std::nullopt;
}

// "http://host/path", as clients ask a proxy, becomes "/path".
void cut_to_path(std::string& target) {
  constexpr std::string_view kScheme = "http://";
  if (!same(std::string_view(target).substr(0, kScheme.size()), kScheme)) return;
  const size_t slash = target.find_first_of("/?", kScheme.size());
  target.erase(0, slash);
  if (!target.starts_with('/')) target.insert(0, 1, '/');
}

std::optional<Refusal> target_fault(HttpRequest& request) {
  cut_to_path(request.target);
  if (request.target.starts_with('/') || request.target == "*") return std::nullopt;
  return bad("the target is no path");
}

std::optional<Refusal> fault_of(HttpRequest& request, bool http10) {
  if (auto fault = host_fault(request, http10)) return fault;
  if (auto fault = coding_fault(request, http10)) return fault;
  return target_fault(request);
}

// The request line is a proper one but for its version, as in "PRI * HTTP/2.0".
bool names_other_version(std::string_view bytes) {
  const std::string_view line = bytes.substr(0, bytes.find("\r\n"));
  constexpr std::string_view kForm = " HTTP/2.0";
  return std::ranges::count(line, ' ') == 2 && line.size() > kForm.size() &&
         line.substr(line.size() - kForm.size()).starts_with(" HTTP/");
}

// Some clients send an empty line behind the body before.
size_t empty_lines(std::string_view bytes) {
  size_t length = 0;
  while (bytes.substr(length).starts_with("\r\n")) length += 2;
  return length;
}

}  // namespace

class RequestParser::Parser final : public beast::http::basic_parser<true> {
 public:
  HttpRequest request;
  bool http10 = false;
  size_t most_body = 0;  // of what goes into the request

 private:
  void on_request_impl(beast::http::verb, string_view method, string_view target, int version,
                       error_code&) override {
    request.method = text(method);
    request.target = text(target);
    http10 = version == 10;
  }
  void on_field_impl(beast::http::field, string_view name, string_view value,
                     error_code&) override {
    if (is_header_done()) return;  // a trailer
    request.headers.emplace_back(text(name), text(value));
  }
  void on_header_impl(error_code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code&) override {
    // What a client announces costs it nothing; only what it sends may cost us memory.
    constexpr std::uint64_t kMost = 64 << 10;
    if (length) request.body.reserve(static_cast<size_t>(std::min(*length, kMost)));
  }
  size_t on_body_impl(string_view body, error_code& failed) override { return take(body, failed); }
  void on_chunk_header_impl(std::uint64_t size, string_view, error_code& failed) override {
    if (!fits(size)) failed = beast::http::error::body_limit;
  }
  size_t on_chunk_body_impl(std::uint64_t, string_view body, error_code& failed) override {
    return take(body, failed);
  }
  void on_finish_impl(error_code&) override {}
  void on_response_impl(int, string_view, int, error_code&) override {}

  bool fits(std::uint64_t more) const {
    return request.sink || more <= most_body - request.body.size();
  }
  size_t take(string_view body, error_code& failed) {
    if (!fits(body.size())) {
      failed = beast::http::error::body_limit;
    } else if (request.sink) {
      request.sink->put({body.data(), body.size()});
    } else {
      request.body.append(body.data(), body.size());
    }
    return body.size();
  }
};

namespace {

Refusal refusal_of(const error_code& failed, size_t body_limit) {
  using beast::http::error;
  if (failed == error::header_limit) return {431, "request header too large"};
  if (failed == error::body_limit) {
    return {413, "request body larger than " + format_bytes(body_limit)};
  }
  return bad(failed.message());
}

}  // namespace

RequestParser::RequestParser(size_t header_limit, size_t body_limit, const BodyRoute& route)
    : parser_(std::make_unique<Parser>()),
      header_limit_(header_limit),
      body_limit_(body_limit),
      route_(route) {
  parser_->header_limit(static_cast<std::uint32_t>(header_limit));
  // Whose body is whose is known only when the header is. (Boost 1.74 takes "none" for zero.)
  parser_->body_limit(std::numeric_limits<std::uint64_t>::max());
  parser_->most_body = body_limit;
}

RequestParser::~RequestParser() = default;

std::expected<size_t, Refusal> RequestParser::put(std::string_view bytes) {
  if (parser_->is_done()) return size_t{0};
  return parser_->is_header_done() ? put_body(bytes) : put_header(bytes);
}

std::expected<size_t, Refusal> RequestParser::put_header(std::string_view bytes) {
  const size_t blank = started() ? 0 : empty_lines(bytes);
  const std::string_view rest = bytes.substr(blank);
  if (!started() && (rest.empty() || rest == "\r")) return blank;
  error_code failed;
  const size_t taken = parser_->put({rest.data(), rest.size()}, failed);
  header_bytes_ += taken;
  // Beast's own limit doesn't see what it took in earlier calls.
  const size_t waiting = header_done() ? 0 : rest.size() - taken;
  if (header_bytes_ + waiting > header_limit_) failed = beast::http::error::header_limit;
  if (failed == beast::http::error::bad_version && names_other_version(rest)) {
    return std::unexpected(Refusal{505, "HTTP version not supported"});
  }
  if (failed && failed != beast::http::error::need_more) {
    return std::unexpected(refusal_of(failed, body_limit_));
  }
  if (header_done()) {
    if (auto fault = fault_of(parser_->request, http10()))
      return std::unexpected(*std::move(fault));
    if (auto fault = route_body()) return std::unexpected(*std::move(fault));
  }
  return blank + taken;
}

std::optional<Refusal> RequestParser::route_body() {
  if (route_) parser_->request.sink = route_(parser_->request);
  if (sink() != nullptr || parser_->content_length().value_or(0) <= body_limit_)
    return std::nullopt;
  return refusal_of(beast::http::error::body_limit, body_limit_);
}

std::expected<size_t, Refusal> RequestParser::put_body(std::string_view bytes) {
  parser_->eager(true);
  error_code failed;
  const size_t taken = parser_->put({bytes.data(), bytes.size()}, failed);
  if (failed && failed != beast::http::error::need_more) {
    return std::unexpected(refusal_of(failed, body_limit_));
  }
  return taken;
}

bool RequestParser::started() const {
  return parser_->got_some();
}
bool RequestParser::header_done() const {
  return parser_->is_header_done();
}
bool RequestParser::done() const {
  return parser_->is_done();
}
bool RequestParser::http10() const {
  return parser_->http10;
}
bool RequestParser::keep_alive() const {
  return parser_->keep_alive();
}

bool RequestParser::expects_continue() const {
  const auto expect = find_header(parser_->request.headers, "expect");
  return expect && same(*expect, "100-continue") && !parser_->http10;
}

BodySink* RequestParser::sink() const {
  return parser_->request.sink.get();
}

HttpRequest RequestParser::take() {
  return std::move(parser_->request);
}

}  // namespace axllama
