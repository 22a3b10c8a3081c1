#include "http/service.h"

#include <utility>
#include <vector>

namespace axllama {
namespace {

HttpResponse plain_page(int status, std::string_view reason) {
  return {.status = status,
          .content_type = "text/plain; charset=utf-8",
          .body = std::string(reason) + '\n'};
}

}  // namespace

Service::Service(Loop& on, Handler answer, ServerLimits all_limits, ErrorPage page, BodyRoute route)
    : loop(on),
      handler(std::move(answer)),
      limits(all_limits),
      error_page(page ? std::move(page) : plain_page),
      body_route(std::move(route)) {}

void Service::add(Fd socket, std::string peer) {
  auto made = std::make_unique<Connection>(shared_from_this(), std::move(socket), std::move(peer));
  Connection& connection = *made;
  open.emplace(&connection, std::move(made));
  connection.start();
}

void Service::remove(Connection* connection) {
  if (open.erase(connection) > 0 && on_removed) on_removed();
}

void Service::close_all() {
  std::vector<Connection*> all;
  for (const auto& [connection, owner] : open) all.push_back(connection);
  for (Connection* connection : all) {
    connection->close();
    if (!connection->answering()) open.erase(connection);
  }
}

}  // namespace axllama
