// An HTTP/1.1 server on TCP and Unix sockets: parsing, limits, deadlines, keep-alive, streaming,
// and notice of clients that go away.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/endpoint.h"
#include "base/result.h"
#include "base/task.h"
#include "http/loop.h"
#include "http/message.h"

namespace axllama {

// One request and its answer. Lives for the time of the handler's call.
class Exchange {
 public:
  virtual ~Exchange() = default;
  virtual const HttpRequest& request() const = 0;
  // Address of the other end: "127.0.0.1:50022"; empty on a Unix socket.
  virtual const std::string& peer() const = 0;
  // Asked to stop when the client closes its connection before the answer is complete, or when the
  // server shuts down.
  virtual std::stop_token gone() const = 0;
  // Whether a status line was sent.
  virtual bool started() const = 0;

  // Adds a header to the answer, whatever it will be; before it is begun. Control characters in the
  // value become blanks.
  virtual void add_header(std::string name, std::string value) = 0;
  // Sends a whole answer, with Content-Length. On HEAD the body is left out.
  virtual Task<Result<void>> respond(HttpResponse response) = 0;
  // Starts a streamed answer (chunked; on HTTP/1.0 until close). response.body is sent first.
  virtual Task<Result<void>> begin(HttpResponse response) = 0;
  // Sends one piece at once. kCanceled when the client is gone.
  virtual Task<Result<void>> write(std::string_view piece) = 0;
  // Ends a streamed answer. A handler that returns without it, after begin, breaks the connection,
  // so that the client sees a truncated stream as an error.
  virtual Task<Result<void>> end() = 0;
};

// Takes the body of a request as it comes, where it may be larger than memory is to hold. Lives as
// long as the request.
class BodySink {
 public:
  virtual ~BodySink() = default;
  // The next bytes; quick.
  virtual void put(std::string_view bytes) = 0;
  // Awaited every now and then, until there is room for more. False: no more is wanted; the request
  // goes to its handler at once, and the connection is closed behind the answer.
  virtual Task<bool> settle() = 0;
};

// Asked when a request's header has come: where its body is to go. Nothing: into the request.
using BodyRoute = std::function<std::shared_ptr<BodySink>(const HttpRequest& head)>;

// Answers one request. A handler that sends nothing gets 500 for it; so does one that throws.
using Handler = std::function<Task<void>(Exchange&)>;

struct ServerLimits {
  size_t header_bytes = 64 << 10;                // more: 431
  size_t body_bytes = 64 << 20;                  // more: 413, read no further; not with a BodySink
  size_t connections = 4096;                     // more: the newest waits in the kernel's queue
  std::chrono::milliseconds header_time{30000};  // for a whole request's header: 408 and close
  std::chrono::milliseconds body_time{300000};   // for the body, or what a BodySink gets next: 408
  std::chrono::milliseconds idle_time{300000};   // between requests: close
  std::chrono::milliseconds write_time{60000};   // for a client that reads nothing: close
};

// What the server answers by itself, before any handler: bad requests, limits, deadlines. Gives the
// body and content type for a status and a reason, so that the API's error form is used.
using ErrorPage = std::function<HttpResponse(int status, std::string_view reason)>;

class HttpServer {
 public:
  HttpServer(Loop& loop, Handler handler, ServerLimits limits = {}, ErrorPage error_page = {},
             BodyRoute body_route = {});
  // Closes everything at once. Handlers that wait for something are asked to stop and come to their
  // end later; `handler` lives as long as they do, what it refers to has to. Not from a handler.
  ~HttpServer();

  // Binds and listens; requests are served from the next run of the loop. The answer has the true
  // port. A Unix path that a dead server left is taken over; kConflict when somebody listens there
  // or on the port.
  Result<Endpoint> listen(const Endpoint& endpoint);
  // Serves an inherited listening socket (socket activation). Takes the descriptor.
  Result<Endpoint> adopt(int fd);
  // Accepts no more, asks every open exchange to stop, closes idle connections, and resumes when
  // all are closed or `patience` is over; what is open then is broken.
  Task<void> shutdown(std::chrono::milliseconds patience);
  size_t connections() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace axllama
