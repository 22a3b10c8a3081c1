#include "http/listener.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "base/log.h"
#include "http/address.h"
#include "http/asio_await.h"

namespace axllama {
namespace {

constexpr std::chrono::milliseconds kPause(100);

// This client is lost, the next may not be.
bool concerns_one_client(int error) {
  return error == ECONNABORTED || error == EINTR || error == EPROTO || error == EPERM;
}

std::string peer_name(const SocketAddress& address) {
  return address.family() == AF_UNIX ? std::string() : endpoint_of(address).text();
}

}  // namespace

struct Listener::State : std::enable_shared_from_this<State> {
  State(std::shared_ptr<Service> to, Fd listening)
      : service(std::move(to)),
        socket(*service->loop.state().io, listening.release()),
        timer(*service->loop.state().io) {}

  std::shared_ptr<Service> service;
  asio::posix::stream_descriptor socket;
  asio::steady_timer timer;
  bool waiting = false;

  void wait();
  void accept_all();
  void pause(int error);
};

void Listener::State::wait() {
  if (waiting || !service || !service->has_room()) return;
  waiting = true;
  const auto on_client = [self = shared_from_this()](const error_code& failed) {
    self->waiting = false;
    if (failed || !self->service) return;
    self->accept_all();
    self->wait();
  };
  socket.async_wait(asio::posix::stream_descriptor::wait_read, on_client);
}

void Listener::State::accept_all() {
  while (service->has_room()) {
    SocketAddress peer;
    peer.size = sizeof(peer.storage);
    Fd client(
        ::accept4(socket.native_handle(), peer.raw(), &peer.size, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (client) {
      service->add(std::move(client), peer_name(peer));
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      return;
    } else if (!concerns_one_client(errno)) {
      return pause(errno);
    }
  }
}

// Out of descriptors or memory: the client stays in the queue, and trying on would only spin.
void Listener::State::pause(int error) {
  log_error("accepting a client failed: " + errno_text(error) + "; trying again in 100 ms");
  waiting = true;
  timer.expires_after(kPause);
  timer.async_wait([self = shared_from_this()](const error_code& canceled) {
    self->waiting = false;
    if (!canceled) self->wait();
  });
}

Listener::Listener(std::shared_ptr<Service> service, Fd socket, OnClose on_close)
    : endpoint_(endpoint_of(bound_address(socket.get()))) {
  struct stat about = {};
  if (on_close == OnClose::kUnlinkPath && endpoint_.is_unix() &&
      ::stat(endpoint_.unix_path.c_str(), &about) == 0) {
    path_ = endpoint_.unix_path;
    device_ = about.st_dev;
    inode_ = about.st_ino;
  }
  state_ = std::make_shared<State>(std::move(service), std::move(socket));
  state_->wait();
}

Listener::~Listener() {
  state_->service.reset();
  error_code ignored;
  state_->socket.close(ignored);
  state_->timer.cancel();
  struct stat about = {};
  if (path_.empty() || ::stat(path_.c_str(), &about) != 0) return;
  if (about.st_dev == device_ && about.st_ino == inode_) ::unlink(path_.c_str());
}

void Listener::resume() {
  state_->wait();
}

}  // namespace axllama
