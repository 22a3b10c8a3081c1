#include "http/connection.h"

#include <array>
#include <chrono>
#include <exception>
#include <utility>

#include "base/log.h"
#include "http/service.h"
#include "http/wire.h"

namespace axllama {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr size_t kAheadBytes = 64 << 10;  // beyond the longest header
constexpr size_t kDrainBytes = 256 << 20;
constexpr milliseconds kDrainTime(3000);

std::optional<Refusal> client_left() {
  return Refusal{.status = 0, .reason = {}};
}

}  // namespace

Connection::Connection(std::shared_ptr<Service> service, Fd socket, std::string peer)
    : service_(std::move(service)),
      peer_(std::move(peer)),
      transport_(service_->loop, std::move(socket), service_->limits.header_bytes + kAheadBytes),
      run_(run()) {}

void Connection::wind_up() {
  if (exchange_ != nullptr) {
    exchange_->ask_to_stop();
  } else if (!draining_) {
    transport_.close();
  }
}

OwnedTask Connection::run() {
  try {
    // One co_await a statement: GCC 12 awaits what stands behind && in a condition, whatever stands
    // before it.
    bool more = true;
    while (more && !service_->stopping) {
      more = co_await next_is_coming();
      if (more) more = co_await serve_one();
    }
    if (!draining_ && !transport_.unread().empty()) co_await drain();
  } catch (const std::exception& error) {
    log_error("serving " + peer_ + " failed: " + error.what());
  }
  transport_.close();
  // Posted: a coroutine can't destroy its own frame.
  service_->loop.post([service = service_, self = this] { service->remove(self); });
}

Task<bool> Connection::next_is_coming() {
  if (!transport_.unread().empty()) co_return true;
  transport_.trim();
  const auto wake = co_await transport_.arrival(Clock::now() + service_->limits.idle_time);
  co_return wake == Transport::Wake::kArrived;
}

Task<bool> Connection::serve_one() {
  RequestParser parser(service_->limits.header_bytes, service_->limits.body_bytes,
                       service_->body_route);
  const std::optional<Refusal> refusal = co_await read_request(parser);
  if (refusal) {
    if (refusal->status != 0) co_await refuse(*refusal);
    co_return false;
  }
  const bool whole = parser.done();
  OpenExchange exchange(*service_, transport_, parser, peer_);
  const bool reusable = co_await answer(exchange);
  if (!whole) co_await drain();
  co_return reusable;
}

Task<std::optional<Refusal>> Connection::read_request(RequestParser& parser) {
  const ServerLimits& limits = service_->limits;
  auto fault = co_await read_until(parser, &RequestParser::header_done, limits.header_time);
  if (fault || parser.done()) co_return fault;
  if (parser.expects_continue() && transport_.unread().empty()) {
    const std::array<std::string_view, 1> pieces = {kContinue};
    const auto sent = co_await transport_.write(pieces, limits.write_time);
    if (!sent) co_return client_left();
  }
  co_return co_await read_until(parser, &RequestParser::done, limits.body_time);
}

Task<std::optional<Refusal>> Connection::read_until(RequestParser& parser,
                                                    bool (RequestParser::*reached)() const,
                                                    milliseconds patience) {
  auto deadline = Clock::now() + patience;
  for (;;) {
    const auto taken = parser.put(transport_.unread());
    if (!taken) co_return taken.error();
    transport_.consume(*taken);
    if ((parser.*reached)()) co_return std::nullopt;
    // Nothing but a chunk's size line or a trailer can fill the whole inbox.
    if (transport_.full()) co_return Refusal{400, "bad request: endless chunk header"};
    const size_t unread = transport_.unread().size();
    if (BodySink* const sink = parser.sink(); sink != nullptr) {
      settling_ = true;
      const bool wanted = co_await sink->settle();
      settling_ = false;
      if (!wanted) co_return std::nullopt;
      deadline = Clock::now() + patience;
    }
    const bool more = (*taken > 0 && unread > 0) || transport_.unread().size() > unread;
    if (more && parser.header_done()) continue;
    const auto wake = co_await transport_.arrival(deadline);
    if (wake == Transport::Wake::kEnded) co_return client_left();
    if (wake == Transport::Wake::kLate)
      co_return Refusal{408, "the request takes too long to come"};
  }
}

Task<bool> Connection::answer(OpenExchange& exchange) {
  exchange_ = &exchange;
  transport_.on_end([&exchange] { exchange.ask_to_stop(); });
  std::string thrown;
  try {
    co_await service_->handler(exchange);
  } catch (const std::exception& error) {
    thrown = error.what();
  } catch (...) {
    thrown = "an exception of unknown type";
  }
  if (!thrown.empty())
    log_error("the handler of " + exchange.request().target + " threw: " + thrown);
  const bool reusable = co_await exchange.close();
  transport_.on_end({});
  exchange_ = nullptr;
  co_return reusable;
}

Task<void> Connection::refuse(const Refusal& refusal) {
  log_debug("refused a request of " + peer_ + ": " + refusal.reason);
  const HttpResponse response = service_->error_page(refusal.status, refusal.reason);
  const std::string head = response_head(response, Framing::kLength, false, false);
  const std::array<std::string_view, 2> pieces = {head, response.body};
  const auto sent = co_await transport_.write(pieces, service_->limits.write_time);
  if (sent) co_await drain();
}

Task<void> Connection::drain() {
  draining_ = true;
  transport_.finish_sending();
  const auto deadline = Clock::now() + kDrainTime;
  for (size_t bytes = 0; bytes < kDrainBytes;) {
    bytes += transport_.unread().size();
    transport_.consume(transport_.unread().size());
    if (co_await transport_.arrival(deadline) != Transport::Wake::kArrived) break;
  }
}

}  // namespace axllama
