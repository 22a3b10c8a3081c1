#include "http/listening.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "http/address.h"

namespace axllama {
namespace {

constexpr int kBacklog = 4096;  // the kernel lowers it to net.core.somaxconn

ErrorCode code_of(int number) {
  if (number == EADDRINUSE) return ErrorCode::kConflict;
  if (number == EACCES || number == EPERM) return ErrorCode::kForbidden;
  return ErrorCode::kIo;
}

std::string hint_of(int number) {
  if (number == EADDRINUSE) {
    return "another server is running there: stop it, or set OLLAMA_HOST to another address";
  }
  if (number == EADDRNOTAVAIL) return "this machine has no such address: check OLLAMA_HOST";
  if (number == EACCES) {
    return "a port below 1024 needs CAP_NET_BIND_SERVICE, a socket path a folder one may write to";
  }
  return {};
}

// In the words of Ollama's own message, which people search for.
std::unexpected<Error> bind_error(const Endpoint& endpoint, const char* step, int number) {
  const std::string where =
      endpoint.is_unix() ? "unix " + endpoint.unix_path : "tcp " + endpoint.text();
  return fail(code_of(number), "listen " + where + ": " + step + ": " + errno_text(number),
              hint_of(number));
}

Fd stream_socket(int family) {
  return Fd(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}

void set_option(int fd, int level, int name, int value) {
  ::setsockopt(fd, level, name, &value, sizeof(value));
}

Result<Fd> listen_tcp(const Endpoint& endpoint, const SocketAddress& address) {
  Fd fd = stream_socket(address.family());
  if (!fd) return bind_error(endpoint, "socket", errno);
  set_option(fd.get(), SOL_SOCKET, SO_REUSEADDR, 1);
  if (address.family() == AF_INET6) set_option(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, 0);
  if (::bind(fd.get(), address.raw(), address.size) != 0) {
    return bind_error(endpoint, "bind", errno);
  }
  if (::listen(fd.get(), kBacklog) != 0) return bind_error(endpoint, "listen", errno);
  return fd;
}

bool is_wildcard(const std::string& host) {
  return host.empty() || host == "0.0.0.0" || host == "::";
}

Result<Fd> listen_tcp(const Endpoint& endpoint) {
  if (is_wildcard(endpoint.host)) {
    if (stream_socket(AF_INET6)) {
      return listen_tcp(endpoint, *numeric_address("::", endpoint.port));
    }
    return listen_tcp(endpoint, *numeric_address("0.0.0.0", endpoint.port));
  }
  if (const auto address = numeric_address(endpoint.host, endpoint.port)) {
    return listen_tcp(endpoint, *address);
  }
  const auto found = look_up(endpoint.host, endpoint.port);
  if (!found)
    return fail(ErrorCode::kIo, "listen tcp " + endpoint.text() + ": " + found.error().message);
  return listen_tcp(endpoint, found->front());
}

// Whether a bound path is only the rest of a server that is gone.
bool is_stale(const SocketAddress& address) {
  const Fd fd = stream_socket(AF_UNIX);
  return fd && ::connect(fd.get(), address.raw(), address.size) != 0 && errno == ECONNREFUSED;
}

bool is_socket(const std::string& path) {
  struct stat about = {};
  return ::lstat(path.c_str(), &about) == 0 && S_ISSOCK(about.st_mode);
}

Result<Fd> listen_unix(const Endpoint& endpoint) {
  AX_TRY(const SocketAddress address, unix_address(endpoint.unix_path));
  const char* path = endpoint.unix_path.c_str();
  Fd fd = stream_socket(AF_UNIX);
  if (!fd) return bind_error(endpoint, "socket", errno);
  int failed = ::bind(fd.get(), address.raw(), address.size);
  if (failed != 0 && errno == EADDRINUSE && is_socket(endpoint.unix_path) && is_stale(address)) {
    ::unlink(path);
    failed = ::bind(fd.get(), address.raw(), address.size);
  }
  if (failed != 0) return bind_error(endpoint, "bind", errno);
  // Before listen: nobody can have connected under the wider rights that bind leaves.
  if (::chmod(path, S_IRUSR | S_IWUSR) != 0) return bind_error(endpoint, "chmod", errno);
  if (::listen(fd.get(), kBacklog) != 0) return bind_error(endpoint, "listen", errno);
  return fd;
}

}  // namespace

Result<Fd> listen_on(const Endpoint& endpoint) {
  return endpoint.is_unix() ? listen_unix(endpoint) : listen_tcp(endpoint);
}

Result<void> check_listening(int fd) {
  int listening = 0;
  socklen_t size = sizeof(listening);
  if (::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) != 0 || listening == 0) {
    return fail(ErrorCode::kInvalidArgument,
                "descriptor " + std::to_string(fd) + " is no listening socket");
  }
  ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
  ::fcntl(fd, F_SETFD, FD_CLOEXEC);
  return {};
}

}  // namespace axllama
