// Socket addresses, as the system calls take them, and their names.
#pragma once

#include <sys/socket.h>

#include <chrono>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/endpoint.h"
#include "base/result.h"
#include "base/task.h"
#include "http/loop.h"

namespace axllama {

struct SocketAddress {
  sockaddr_storage storage = {};
  socklen_t size = 0;

  const sockaddr* raw() const { return reinterpret_cast<const sockaddr*>(&storage); }
  sockaddr* raw() { return reinterpret_cast<sockaddr*>(&storage); }
  int family() const { return storage.ss_family; }
};

// What a socket is bound to, or who is at the other end. An IPv4 address in IPv6 clothes
// (::ffff:127.0.0.1) is given as IPv4. An unnamed Unix socket has an empty unix_path.
Endpoint endpoint_of(const SocketAddress& address);
SocketAddress bound_address(int fd);

// kInvalidArgument when the path is longer than the system allows (107 bytes).
Result<SocketAddress> unix_address(const std::string& path);
// Nothing when `host` is a name.
std::optional<SocketAddress> numeric_address(const std::string& host, uint16_t port);
// All addresses of a name, in the system's order; kUnavailable when it has none. Blocks.
Result<std::vector<SocketAddress>> look_up(const std::string& host, uint16_t port);
// The same on a thread of its own; numeric and Unix endpoints come back at once. kTimeout after
// `time`, kCanceled when `stop` is asked; the thread is left to end by itself then.
Task<Result<std::vector<SocketAddress>>> resolve(Loop& loop, Endpoint endpoint,
                                                 std::chrono::nanoseconds time,
                                                 std::stop_token stop);

// What errno says, in the small letters of a sentence's middle: "address already in use".
std::string errno_text(int number);

}  // namespace axllama
