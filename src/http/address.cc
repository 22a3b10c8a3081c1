#include "http/address.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <cctype>
#include <cstring>
#include <memory>
#include <thread>
#include <utility>

#include "base/process.h"

namespace axllama {
namespace {

template <class T>
T as(const SocketAddress& address) {
  T result;
  std::memcpy(&result, &address.storage, sizeof(result));
  return result;
}

template <class T>
SocketAddress from(const T& raw) {
  SocketAddress result;
  std::memcpy(&result.storage, &raw, sizeof(raw));
  result.size = sizeof(raw);
  return result;
}

Endpoint ip_endpoint(int family, const void* bytes, uint16_t network_port) {
  char text[INET6_ADDRSTRLEN] = {};
  ::inet_ntop(family, bytes, text, sizeof(text));
  return Endpoint{.host = text, .port = ntohs(network_port)};
}

Endpoint unix_endpoint(const SocketAddress& address) {
  const auto raw = as<sockaddr_un>(address);
  if (address.size <= offsetof(sockaddr_un, sun_path)) return {};
  const size_t room = address.size - offsetof(sockaddr_un, sun_path);
  return Endpoint{.unix_path = std::string(raw.sun_path, ::strnlen(raw.sun_path, room))};
}

}  // namespace

Endpoint endpoint_of(const SocketAddress& address) {
  if (address.family() == AF_UNIX) return unix_endpoint(address);
  if (address.family() == AF_INET) {
    const auto raw = as<sockaddr_in>(address);
    return ip_endpoint(AF_INET, &raw.sin_addr, raw.sin_port);
  }
  const auto raw = as<sockaddr_in6>(address);
  if (IN6_IS_ADDR_V4MAPPED(&raw.sin6_addr)) {
    return ip_endpoint(AF_INET, raw.sin6_addr.s6_addr + 12, raw.sin6_port);
  }
  return ip_endpoint(AF_INET6, &raw.sin6_addr, raw.sin6_port);
}

SocketAddress bound_address(int fd) {
  SocketAddress result;
  result.size = sizeof(result.storage);
  ::getsockname(fd, result.raw(), &result.size);
  return result;
}

Result<SocketAddress> unix_address(const std::string& path) {
  sockaddr_un raw = {};
  if (path.size() >= sizeof(raw.sun_path)) {
    return fail(ErrorCode::kInvalidArgument,
                "the socket path " + path + " is longer than " +
                    std::to_string(sizeof(raw.sun_path) - 1) + " bytes",
                "choose a shorter folder");
  }
  raw.sun_family = AF_UNIX;
  std::memcpy(raw.sun_path, path.data(), path.size());
  return from(raw);
}

std::optional<SocketAddress> numeric_address(const std::string& host, uint16_t port) {
  sockaddr_in v4 = {};
  v4.sin_family = AF_INET;
  v4.sin_port = htons(port);
  if (::inet_pton(AF_INET, host.c_str(), &v4.sin_addr) == 1) return from(v4);
  sockaddr_in6 v6 = {};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(port);
  if (::inet_pton(AF_INET6, host.c_str(), &v6.sin6_addr) == 1) return from(v6);
  return std::nullopt;
}

Result<std::vector<SocketAddress>> look_up(const std::string& host, uint16_t port) {
  addrinfo wanted = {};
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int failed = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &wanted, &found);
  if (failed != 0) {
    return fail(ErrorCode::kUnavailable,
                "the name " + host + " has no address: " + ::gai_strerror(failed));
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, ::freeaddrinfo);
  std::vector<SocketAddress> result;
  for (const addrinfo* at = found; at != nullptr; at = at->ai_next) {
    SocketAddress& address = result.emplace_back();
    std::memcpy(&address.storage, at->ai_addr, at->ai_addrlen);
    address.size = at->ai_addrlen;
  }
  return result;
}

Task<Result<std::vector<SocketAddress>>> resolve(Loop& loop, Endpoint endpoint,
                                                 std::chrono::nanoseconds time,
                                                 std::stop_token stop) {
  if (endpoint.is_unix()) {
    AX_CO_TRY(SocketAddress address, unix_address(endpoint.unix_path));
    co_return std::vector<SocketAddress>(1, address);
  }
  if (const auto address = numeric_address(endpoint.host, endpoint.port)) {
    co_return std::vector<SocketAddress>(1, *address);
  }
  // shared: the thread may come back after the caller has given up.
  const auto answer = std::make_shared<Result<std::vector<SocketAddress>>>();
  std::stop_source done;
  std::thread([answer, done, host = endpoint.host, port = endpoint.port]() mutable {
    leave_signals_to_the_loop();
    *answer = look_up(host, port);
    done.request_stop();
  }).detach();
  std::stop_source wake;
  const std::stop_callback on_done(done.get_token(), [&wake] { wake.request_stop(); });
  const std::stop_callback on_stop(stop, [&wake] { wake.request_stop(); });
  const bool late = co_await loop.sleep(time, wake.get_token());
  if (done.stop_requested()) co_return std::move(*answer);
  if (late)
    co_return fail(ErrorCode::kTimeout, "looking up the name " + endpoint.host + " took too long");
  co_return fail(ErrorCode::kCanceled, "canceled while looking up the name " + endpoint.host);
}

std::string errno_text(int number) {
  std::string text = ::strerror(number);
  if (!text.empty()) text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  return text;
}

}  // namespace axllama
