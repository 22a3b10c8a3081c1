// From bytes to an HTTP request, with limits. Knows nothing of sockets.
#pragma once

#include <cstddef>
#include <expected>
#include <memory>
#include <string>
#include <string_view>

#include "http/message.h"
#include "http/server.h"

namespace axllama {

// Why a request is not served: the answer's status and a reason for its body.
struct Refusal {
  int status = 400;
  std::string reason;
};

// Stricter than it need be wherever two parsers could see different requests in the same bytes:
// Content-Length beside Transfer-Encoding, differing lengths, codings other than "chunked", bare
// line feeds, no Host or several.
class RequestParser {
 public:
  // More than `header_limit` bytes of header: 431. More than `body_limit` bytes of body that go
  // into the request: 413, as soon as it is announced. `route`: where else a body may go; outlives
  // this, and may be empty.
  RequestParser(size_t header_limit, size_t body_limit, const BodyRoute& route);
  ~RequestParser();

  // Takes from the front of `bytes` what it can and gives its length; the rest is to be shown
  // again with more behind it. Stops after the header, and again after the body. After a refusal
  // the parser is of no use. Trailers are read and dropped.
  std::expected<size_t, Refusal> put(std::string_view bytes);

  // Some of the request is there.
  bool started() const;
  bool header_done() const;
  bool done() const;
  // Once the header is done:
  bool http10() const;
  bool keep_alive() const;
  // The client waits for "100 Continue" before it sends the body.
  bool expects_continue() const;
  // That takes the body; null: the request does.
  BodySink* sink() const;
  // Once all is done, or no more of the body is wanted: the request, moved out.
  HttpRequest take();

 private:
  class Parser;
  std::unique_ptr<Parser> parser_;
  size_t header_limit_;
  size_t body_limit_;
  const BodyRoute& route_;
  size_t header_bytes_ = 0;

  std::optional<Refusal> route_body();
  std::expected<size_t, Refusal> put_header(std::string_view bytes);
  std::expected<size_t, Refusal> put_body(std::string_view bytes);
};

}  // namespace axllama
