// What all connections of a server share.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/fd.h"
#include "http/connection.h"
#include "http/loop.h"
#include "http/server.h"

namespace axllama {

// Owns the connections; each of them holds the service, so that handlers which are still running
// when the server is destroyed find everything in its place. A connection leaves by remove().
struct Service : std::enable_shared_from_this<Service> {
  Service(Loop& on, Handler answer, ServerLimits all_limits, ErrorPage page, BodyRoute route);

  Loop& loop;
  const Handler handler;
  const ServerLimits limits;
  const ErrorPage error_page;
  const BodyRoute body_route;  // may be empty
  bool stopping = false;       // no further request on any connection
  std::unordered_map<Connection*, std::unique_ptr<Connection>> open;
  std::function<void()> on_removed;

  bool has_room() const { return !stopping && open.size() < limits.connections; }
  void add(Fd socket, std::string peer);
  void remove(Connection* connection);
  // Closes all sockets. Connections in which a handler runs stay until it returns.
  void close_all();
};

}  // namespace axllama
