#include "http/server.h"

#include <utility>
#include <vector>

#include "http/listener.h"
#include "http/listening.h"
#include "http/service.h"

namespace axllama {

struct HttpServer::State {
  std::shared_ptr<Service> service;
  std::vector<std::unique_ptr<Listener>> listeners;

  Endpoint serve(Fd socket, Listener::OnClose on_close) {
    listeners.push_back(std::make_unique<Listener>(service, std::move(socket), on_close));
    return listeners.back()->endpoint();
  }
};

HttpServer::HttpServer(Loop& loop, Handler handler, ServerLimits limits, ErrorPage error_page,
                       BodyRoute body_route)
    : state_(std::make_unique<State>()) {
  state_->service = std::make_shared<Service>(loop, std::move(handler), limits,
                                              std::move(error_page), std::move(body_route));
  state_->service->on_removed = [state = state_.get()] {
    for (const auto& listener : state->listeners) listener->resume();
  };
}

HttpServer::~HttpServer() {
  Service& service = *state_->service;
  service.stopping = true;
  service.on_removed = {};
  state_->listeners.clear();
  service.close_all();
}

Result<Endpoint> HttpServer::listen(const Endpoint& endpoint) {
  AX_TRY(Fd socket, listen_on(endpoint));
  return state_->serve(std::move(socket), Listener::OnClose::kUnlinkPath);
}

Result<Endpoint> HttpServer::adopt(int fd) {
  Fd socket(fd);
  AX_CHECK(check_listening(fd));
  return state_->serve(std::move(socket), Listener::OnClose::kKeepPath);
}

Task<void> HttpServer::shutdown(std::chrono::milliseconds patience) {
  const std::shared_ptr<Service> service = state_->service;
  service->stopping = true;
  state_->listeners.clear();
  for (const auto& [connection, owner] : service->open) connection->wind_up();
  if (service->open.empty()) co_return;
  std::stop_source empty;
  service->on_removed = [&] {
    if (service->open.empty()) empty.request_stop();
  };
  co_await service->loop.sleep(patience, empty.get_token());
  service->on_removed = {};
  service->close_all();
}

size_t HttpServer::connections() const {
  return state_->service->open.size();
}

}  // namespace axllama
