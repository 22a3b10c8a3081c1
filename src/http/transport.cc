#include "http/transport.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <string>

#include "http/address.h"
#include "http/asio_await.h"

namespace axllama {
namespace {

using Socket = asio::generic::stream_protocol::socket;

void resume(std::coroutine_handle<>& waiting) {
  if (waiting) std::exchange(waiting, {}).resume();
}

// The part of `pieces` that comes after the first `done` bytes.
std::array<asio::const_buffer, Transport::kMaxPieces> rest_of(
    std::span<const std::string_view> pieces, size_t done) {
  std::array<asio::const_buffer, Transport::kMaxPieces> rest;
  for (size_t i = 0; i < pieces.size(); ++i) {
    const size_t skipped = std::min(done, pieces[i].size());
    done -= skipped;
    rest[i] = asio::buffer(pieces[i].data() + skipped, pieces[i].size() - skipped);
  }
  return rest;
}

// A streamed token must not wait for the acknowledgement of the one before.
void send_at_once(int fd) {
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

}  // namespace

struct Transport::State : std::enable_shared_from_this<State> {
  State(Loop::State& on, size_t read_ahead)
      : loop(on), socket(*on.io), timer(*on.io), ahead(read_ahead) {}

  Loop::State& loop;
  Socket socket;
  asio::steady_timer timer;
  Deadline deadline = kNever;  // of who waits now
  Deadline timer_at = kNever;  // of the timer's pending wait; may be earlier than `deadline`
  size_t ahead;
  std::string inbox;
  size_t consumed = 0;
  std::coroutine_handle<> reader;
  std::coroutine_handle<> writer;
  std::function<void()> at_end;
  bool reading = false;
  bool ended = false;
  bool broken = false;
  bool closed = false;
  bool late = false;

  size_t unread() const { return inbox.size() - consumed; }

  void open(Fd fd);
  void read_ahead();
  void receive();
  void end(bool by_error);
  void tell();
  void wait_until(Deadline when);
  void set_timer(Deadline when);
  void on_timer();
  void close();
};

void Transport::State::open(Fd fd) {
  const int family = bound_address(fd.get()).family();
  if (family != AF_UNIX) send_at_once(fd.get());
  error_code failed;
  socket.assign({family, 0}, fd.get(), failed);
  if (failed) return end(true);
  fd.release();
  socket.non_blocking(true, failed);
}

// The wait for bytes is always pending, so that the end is seen while nobody reads.
void Transport::State::read_ahead() {
  if (reading || ended || unread() >= ahead) return;
  reading = true;
  socket.async_wait(Socket::wait_read, [self = shared_from_this()](const error_code& failed) {
    self->reading = false;
    if (self->closed) return;
    if (failed) {
      self->end(true);
    } else {
      self->receive();
    }
    self->read_ahead();
    resume(self->reader);
  });
}

void Transport::State::receive() {
  error_code failed;
  const size_t got = socket.read_some(asio::buffer(loop.scratch), failed);
  if (failed == asio::error::would_block) return;
  if (failed) return end(failed != asio::error::eof);
  if (consumed > 0) {
    inbox.erase(0, consumed);
    consumed = 0;
  }
  inbox.append(loop.scratch.data(), got);
}

void Transport::State::end(bool by_error) {
  if (std::exchange(ended, true)) return;
  broken = broken || by_error;
  tell();
}

void Transport::State::tell() {
  if (const auto action = std::exchange(at_end, {})) action();
}

void Transport::State::wait_until(Deadline when) {
  late = false;
  deadline = when;
  if (when < timer_at) set_timer(when);
}

void Transport::State::set_timer(Deadline when) {
  timer_at = when;
  timer.expires_at(when);
  timer.async_wait([self = shared_from_this()](const error_code& canceled) {
    if (!canceled) self->on_timer();
  });
}

// Deadlines mostly move on without being met. The timer is not moved with them; it looks, when it
// goes off, how much is left.
void Transport::State::on_timer() {
  timer_at = kNever;
  if (deadline == kNever || closed) return;
  if (std::chrono::steady_clock::now() < deadline) return set_timer(deadline);
  late = true;
  deadline = kNever;
  resume(reader);
  resume(writer);
}

void Transport::State::close() {
  if (std::exchange(closed, true)) return;
  error_code ignored;
  socket.close(ignored);
  timer.cancel();
  end(true);
  if (!reader && !writer) return;
  asio::post(*loop.io, [self = shared_from_this()] {
    resume(self->reader);
    resume(self->writer);
  });
}

Transport::Transport(Loop& loop, Fd socket, size_t ahead)
    : state_(std::make_shared<State>(loop.state(), ahead)) {
  state_->open(std::move(socket));
}

Transport::~Transport() {
  if (!state_) return;
  state_->reader = {};
  state_->writer = {};
  state_->at_end = {};
  state_->close();
}

std::string_view Transport::unread() const {
  return std::string_view(state_->inbox).substr(state_->consumed);
}

void Transport::consume(size_t bytes) {
  state_->consumed += bytes;
  if (state_->unread() > 0) return;
  state_->inbox.clear();
  state_->consumed = 0;
}

bool Transport::full() const {
  return state_->unread() >= state_->ahead;
}

void Transport::trim() {
  if (state_->inbox.empty()) std::string().swap(state_->inbox);
}

bool Transport::ended() const {
  return state_->ended;
}
bool Transport::broken() const {
  return state_->broken;
}

void Transport::on_end(std::function<void()> action) {
  state_->at_end = std::move(action);
  if (!state_->at_end) return;
  state_->read_ahead();
  if (state_->ended || state_->broken) state_->tell();
}

bool Transport::Arrival::await_ready() const noexcept {
  return state.ended;
}

void Transport::Arrival::await_suspend(std::coroutine_handle<> waiting) const {
  state.reader = waiting;
  state.wait_until(deadline);
  state.read_ahead();
}

Transport::Wake Transport::Arrival::await_resume() const {
  state.deadline = kNever;
  if (state.late) return Wake::kLate;
  return state.ended ? Wake::kEnded : Wake::kArrived;
}

void Transport::Room::await_suspend(std::coroutine_handle<> waiting) const {
  state.writer = waiting;
  state.wait_until(deadline);
  state.socket.async_wait(Socket::wait_write, [self = state.shared_from_this()](const error_code&) {
    if (!self->closed) resume(self->writer);
  });
}

bool Transport::Room::await_resume() const {
  state.deadline = kNever;
  return !state.late && !state.closed;
}

Task<Result<void>> Transport::write(std::span<const std::string_view> pieces,
                                    std::chrono::milliseconds patience) {
  State& state = *state_;
  size_t total = 0;
  for (const std::string_view piece : pieces) total += piece.size();
  size_t done = 0;
  bool late = false;
  while (done < total && !state.broken) {
    error_code failed;
    done += state.socket.write_some(rest_of(pieces, done), failed);
    if (!failed) continue;
    if (failed != asio::error::would_block) break;
    const bool room = co_await writable(std::chrono::steady_clock::now() + patience);
    late = state.late;
    if (!room) break;
  }
  if (done == total) co_return Result<void>{};
  state.broken = true;
  state.tell();
  co_return fail(ErrorCode::kCanceled,
                 late ? "the other end of the connection takes nothing any more"
                      : "the other end of the connection is gone");
}

void Transport::finish_sending() {
  error_code ignored;
  state_->socket.shutdown(Socket::shutdown_send, ignored);
}

void Transport::close() {
  state_->close();
}

void Transport::reset() {
  error_code ignored;
  if (!state_->closed) state_->socket.set_option(asio::socket_base::linger(true, 0), ignored);
  state_->close();
}

std::function<void()> Transport::closer() const {
  return [io = std::weak_ptr(state_->loop.io), state = std::weak_ptr(state_)] {
    const std::shared_ptr<asio::io_context> alive = io.lock();
    if (!alive) return;
    asio::post(*alive, [state] {
      if (const auto open = state.lock()) open->close();
    });
  };
}

int Transport::take_error() const {
  int error = 0;
  socklen_t size = sizeof(error);
  ::getsockopt(state_->socket.native_handle(), SOL_SOCKET, SO_ERROR, &error, &size);
  return error;
}

}  // namespace axllama
