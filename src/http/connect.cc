#include "http/connect.h"

#include <sys/socket.h>

#include <cerrno>
#include <string>

#include "base/fd.h"
#include "http/address.h"

namespace axllama {
namespace {

// How one attempt ended: with a transport, or with the system's error number.
using Attempt = std::expected<Transport, int>;

Task<Attempt> attempt(Loop& loop, const SocketAddress& address, size_t ahead,
                      Transport::Deadline deadline, std::stop_token stop) {
  Fd fd(::socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) co_return std::unexpected(errno);
  const bool done = ::connect(fd.get(), address.raw(), address.size) == 0;
  if (!done && errno != EINPROGRESS) co_return std::unexpected(errno);
  Transport transport(loop, std::move(fd), ahead);
  if (!done) {
    const std::stop_callback on_stop(stop, transport.closer());
    if (!co_await transport.writable(deadline)) co_return std::unexpected(ETIMEDOUT);
    if (const int failed = transport.take_error()) co_return std::unexpected(failed);
  }
  co_return Attempt(std::move(transport));
}

// A Unix socket whose queue is full says so at once, where TCP would wait.
Task<Attempt> attempt_while_full(Loop& loop, const SocketAddress& address, size_t ahead,
                                 Transport::Deadline deadline, std::stop_token stop) {
  constexpr std::chrono::milliseconds kPause(5);
  for (;;) {
    Attempt result = co_await attempt(loop, address, ahead, deadline, stop);
    if (result || result.error() != EAGAIN) co_return result;
    if (std::chrono::steady_clock::now() >= deadline) co_return std::unexpected(ETIMEDOUT);
    if (!co_await loop.sleep(kPause, stop)) co_return std::unexpected(ECANCELED);
  }
}

}  // namespace

Task<Result<Transport>> connect(Loop& loop, Endpoint endpoint, size_t ahead,
                                Transport::Deadline deadline, std::stop_token stop) {
  const auto time = deadline - std::chrono::steady_clock::now();
  AX_CO_TRY(const auto addresses, co_await resolve(loop, endpoint, time, stop));
  int failed = EADDRNOTAVAIL;
  for (const SocketAddress& address : addresses) {
    Attempt result = co_await attempt_while_full(loop, address, ahead, deadline, stop);
    if (result) co_return *std::move(result);
    failed = result.error();
    if (stop.stop_requested()) {
      co_return fail(ErrorCode::kCanceled, "canceled while connecting to " + endpoint.text());
    }
  }
  if (failed == ETIMEDOUT) {
    co_return fail(ErrorCode::kTimeout, "connecting to " + endpoint.text() + " took too long");
  }
  co_return fail(ErrorCode::kUnavailable,
                 "no server answers at " + endpoint.text() + ": " + errno_text(failed));
}

}  // namespace axllama
