// The bodies of test_kit.h: named so that it is built into the test program only.
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <stdexcept>

#include "http/address.h"
#include "http/test_kit.h"

namespace axllama::http_test {
namespace {

int milliseconds_of(std::chrono::milliseconds time) {
  return static_cast<int>(time.count());
}

}  // namespace

LoopThread::LoopThread() {
  thread_ = std::thread([this] {
    // A loop with nothing to do returns from run(); this one waits for the next test step.
    std::stop_source for_ever;
    start([](Loop& loop, std::stop_token stop) -> Task<void> {
      co_await loop.sleep(std::chrono::hours(1), stop);
    }(loop_, for_ever.get_token()));
    loop_.run();
    for_ever.request_stop();
  });
}

LoopThread::~LoopThread() {
  stop();
}

void LoopThread::stop() {
  loop_.stop();
  if (thread_.joinable()) thread_.join();
}

void LoopThread::run(const std::function<void()>& work) {
  const auto done = std::make_shared<std::promise<void>>();
  loop_.post([&, done] {
    work();
    done->set_value();
  });
  if (done->get_future().wait_for(kSoon) != std::future_status::ready) std::terminate();
}

TestServer::TestServer(Handler handler, ServerLimits limits, ErrorPage page, const Endpoint& at,
                       BodyRoute route) {
  thread_.run([&] {
    server_ = std::make_unique<HttpServer>(loop(), std::move(handler), limits, std::move(page),
                                           std::move(route));
    Result<Endpoint> bound = server_->listen(at);
    if (bound) endpoint_ = *bound;
  });
  if (endpoint_ == Endpoint()) throw std::runtime_error("the test's server can't listen");
}

TestServer::~TestServer() {
  if (!server_) return;
  thread_.get<bool>([this]() -> Task<bool> {
    co_await server_->shutdown(5s);
    server_.reset();
    co_return true;
  });
}

size_t TestServer::connections() {
  size_t number = 0;
  thread_.run([&] { number = server_->connections(); });
  return number;
}

void TestServer::drop() {
  thread_.run([this] { server_.reset(); });
}

RawClient::RawClient(const Endpoint& server) {
  const SocketAddress address = server.is_unix() ? *unix_address(server.unix_path)
                                                 : *numeric_address(server.host, server.port);
  fd_ = Fd(::socket(address.family(), SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (::connect(fd_.get(), address.raw(), address.size) != 0) {
    throw std::runtime_error("can't connect: " + errno_text(errno));
  }
}

bool RawClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return true;
}

bool RawClient::fill() {
  if (ended_ || failed_) return false;
  pollfd waiting{.fd = fd_.get(), .events = POLLIN, .revents = 0};
  if (::poll(&waiting, 1, milliseconds_of(kSoon)) != 1) return false;
  std::string part(64 << 10, '\0');
  const ssize_t got = ::recv(fd_.get(), part.data(), part.size(), 0);
  ended_ = got == 0;
  failed_ = got < 0;
  if (got <= 0) return false;
  buffer_.append(part, 0, static_cast<size_t>(got));
  return true;
}

std::string RawClient::read_until(std::string_view mark) {
  size_t at = 0;
  while ((at = buffer_.find(mark)) == std::string::npos) {
    if (!fill()) return std::exchange(buffer_, {});
  }
  std::string result = buffer_.substr(0, at + mark.size());
  buffer_.erase(0, result.size());
  return result;
}

std::string RawClient::read_answer() {
  std::string answer = read_until("\r\n\r\n");
  constexpr std::string_view kName = "Content-Length: ";
  const size_t at = answer.find(kName);
  const size_t length = at == std::string::npos ? 0 : std::stoul(answer.substr(at + kName.size()));
  while (buffer_.size() < length && fill()) {
  }
  answer += buffer_.substr(0, length);
  buffer_.erase(0, length);
  return answer;
}

std::string RawClient::read_rest() {
  while (fill()) {
  }
  return std::exchange(buffer_, {});
}

size_t RawClient::read_some(size_t most) {
  std::string part(most, '\0');
  const ssize_t got = ::recv(fd_.get(), part.data(), part.size(), 0);
  return got > 0 ? static_cast<size_t>(got) : 0;
}

void RawClient::half_close() {
  ::shutdown(fd_.get(), SHUT_WR);
}

std::string ask(const Endpoint& server, std::string_view request) {
  RawClient client(server);
  client.send(request);
  return client.read_answer();
}

std::string get(std::string_view path, std::string_view headers) {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: test\r\n" + std::string(headers) + "\r\n";
}

HttpResponse page(std::string body) {
  return {.body = std::move(body)};
}

std::string body_of(const std::string& answer) {
  return answer.substr(std::min(answer.size(), answer.find("\r\n\r\n") + 4));
}

bool comes_true(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + kSoon;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::yield();
  }
  return true;
}

}  // namespace axllama::http_test
