// An HTTP/1.1 client for one request at a time over TCP or a Unix socket. Plain HTTP only: it talks
// to our own server and runners. The outside world is store/'s business, through libcurl.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "base/endpoint.h"
#include "base/result.h"
#include "base/task.h"
#include "http/loop.h"
#include "http/message.h"

namespace axllama {

// An answer whose header has come and whose body is still to be read. Destroying it closes the
// connection, which tells the server that nobody listens any more.
class ClientStream {
 public:
  ClientStream(ClientStream&&) noexcept;
  ClientStream& operator=(ClientStream&&) noexcept;
  ~ClientStream();

  int status() const;
  const Headers& headers() const;
  // Next line without its '\n'; nothing at the end of the body. kUnavailable when the connection
  // breaks before the body is complete; kCanceled when `stop` was asked.
  Task<Result<std::optional<std::string>>> read_line();
  // The rest of the body; kTooLarge past `limit` bytes.
  Task<Result<std::string>> read_all(size_t limit = 64 << 20);

 private:
  friend class HttpClient;
  struct State;
  explicit ClientStream(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

class HttpClient {
 public:
  HttpClient(Loop& loop, Endpoint server) : loop_(loop), server_(std::move(server)) {}

  // Sends the request and reads the answer's header. Host and Content-Length are added.
  // kUnavailable when nobody listens; kCanceled when `stop` is asked, also later while the stream
  // is read; kTimeout when connecting takes over `connect_time`.
  Task<Result<ClientStream>> send(
      HttpRequest request, std::stop_token stop = {},
      std::chrono::milliseconds connect_time = std::chrono::milliseconds(10000));
  // send, then read_all.
  Task<Result<HttpResponse>> fetch(HttpRequest request, std::stop_token stop = {});

  const Endpoint& server() const { return server_; }

 private:
  Loop& loop_;
  Endpoint server_;
};

}  // namespace axllama
