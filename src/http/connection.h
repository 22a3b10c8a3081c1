// One client's connection: reads requests, calls the handler for each in turn, and sees to limits
// and deadlines.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "base/fd.h"
#include "base/task.h"
#include "http/exchange.h"
#include "http/owned_task.h"
#include "http/request_parser.h"
#include "http/transport.h"

namespace axllama {

struct Service;

class Connection {
 public:
  Connection(std::shared_ptr<Service> service, Fd socket, std::string peer);

  // At its end it asks the service to remove it.
  void start() { run_.start(); }
  // A handler runs, or a sink is awaited: the connection must not be destroyed, for the handler's
  // coroutines may be resumed from anywhere.
  bool answering() const { return exchange_ != nullptr || settling_; }
  // For a server that shuts down: asks the handler to stop, or closes when none runs. An answer
  // that is being sent off is left alone.
  void wind_up();
  void close() { transport_.close(); }

 private:
  OwnedTask run();
  // Waits between requests; false when there will be none.
  Task<bool> next_is_coming();
  // One request and its answer; false when the connection is to be closed.
  Task<bool> serve_one();
  // Reads a request; a refusal with status 0 when the client left.
  Task<std::optional<Refusal>> read_request(RequestParser& parser);
  Task<std::optional<Refusal>> read_until(RequestParser& parser,
                                          bool (RequestParser::*reached)() const,
                                          std::chrono::milliseconds patience);
  Task<bool> answer(OpenExchange& exchange);
  Task<void> refuse(const Refusal& refusal);
  // Lets the client read an answer while it is still sending: closing a socket with unread bytes
  // would destroy what is on its way.
  Task<void> drain();

  std::shared_ptr<Service> service_;
  std::string peer_;
  Transport transport_;
  OpenExchange* exchange_ = nullptr;
  bool draining_ = false;
  bool settling_ = false;
  OwnedTask run_;  // last: its frame goes before what it uses
};

}  // namespace axllama
