// Calls to the server, from the command line's one thread: each returns when the answer is there.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include "base/endpoint.h"
#include "base/result.h"
#include "http/message.h"

namespace axllama::cli {

class Api {
 public:
  explicit Api(Endpoint server) : server_(std::move(server)) {}
  // The server that OLLAMA_HOST names.
  static Api from_env();

  const Endpoint& server() const { return server_; }

  // The whole body of the answer. An error status is the error that the body tells; kNotFound for
  // 404. kUnavailable, with what to do, when nobody listens.
  Result<std::string> get(std::string_view target) const;
  Result<std::string> post(std::string_view target, std::string body) const;
  Result<std::string> send(std::string_view method, std::string_view target,
                           std::string body) const;
  // POSTs what `body` gives, piece by piece.
  Result<std::string> upload(std::string_view target, BodySource body) const;

  struct Watch {
    // Told each line of the answer; an error ends the call and is returned.
    std::function<Result<void>(std::string_view line)> on_line;
    // When set, called about every 100 ms while the answer is awaited.
    std::function<void()> on_tick = {};
    // When set, told what the server has to say of this answer beside it.
    std::function<void(std::string_view notice)> on_notice = {};
    // When set, GET `poll` is asked for a few times a second until the first line comes, and this
    // is told each whole answer.
    std::function<void(std::string_view body)> on_poll = {};
    std::string poll = {};
  };
  // Sends a request whose answer comes in lines. Ctrl-C closes the connection, so that the server
  // stops, and gives kCanceled.
  Result<void> stream(std::string_view target, std::string body, const Watch& watch) const;

  // Whether anything answers GET / with success within `patience`.
  bool answers(std::chrono::milliseconds patience) const;

 private:
  Result<std::string> fetch(HttpRequest request) const;

  Endpoint server_;
};

}  // namespace axllama::cli
