// For the tests of http/: a server on a loop of its own, and a client that sees every byte.
#pragma once

#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include "base/fd.h"
#include "http/loop.h"
#include "http/server.h"

namespace axllama::http_test {

using namespace std::chrono_literals;

// How long a test waits for what must come.
constexpr std::chrono::seconds kSoon(20);

// A loop that runs on a thread of its own until the end of the test.
class LoopThread {
 public:
  LoopThread();
  ~LoopThread();

  Loop& loop() { return loop_; }
  // Ends the loop and its thread.
  void stop();
  // Runs `work` on the loop's thread and waits for it.
  void run(const std::function<void()>& work);
  // Runs a coroutine on the loop and waits for what it gives.
  template <class T>
  T get(std::function<Task<T>()> make) {
    // shared: set_value is still at work on the loop's thread when this one has the value.
    const auto promise = std::make_shared<std::promise<T>>();
    auto future = promise->get_future();
    loop_.post([&, promise] { start(deliver(make, promise)); });
    if (future.wait_for(kSoon) != std::future_status::ready) std::terminate();
    return future.get();
  }

 private:
  template <class T>
  static Task<void> deliver(std::function<Task<T>()> make,
                            std::shared_ptr<std::promise<T>> promise) {
    promise->set_value(co_await make());
  }
  Loop loop_;
  std::thread thread_;
};

class TestServer {
 public:
  explicit TestServer(Handler handler, ServerLimits limits = {}, ErrorPage page = {},
                      const Endpoint& at = {.host = "127.0.0.1"}, BodyRoute route = {});
  ~TestServer();

  LoopThread& thread() { return thread_; }
  Loop& loop() { return thread_.loop(); }
  HttpServer& server() { return *server_; }
  const Endpoint& endpoint() const { return endpoint_; }
  size_t connections();
  // Destroys the server while its loop goes on.
  void drop();

 private:
  LoopThread thread_;
  std::unique_ptr<HttpServer> server_;
  Endpoint endpoint_;
};

// A blocking socket. Every read gives up after kSoon.
class RawClient {
 public:
  explicit RawClient(const Endpoint& server);

  // Sends all of it; false when the connection broke.
  bool send(std::string_view bytes);
  // Up to and with `mark`; what came so far when the connection ends or nothing comes.
  std::string read_until(std::string_view mark);
  // Head and body of the next answer, by its Content-Length.
  std::string read_answer();
  // All until the connection ends.
  std::string read_rest();
  // The server closed its side in order (read_rest gave all, and no error came).
  bool ended_in_order() const { return ended_ && !failed_; }
  // Number of bytes thrown away, `most` at most; 0 at the end.
  size_t read_some(size_t most);
  void half_close();
  void close() { fd_.reset(); }
  int fd() const { return fd_.get(); }

 private:
  bool fill();
  Fd fd_;
  std::string buffer_;
  bool ended_ = false;
  bool failed_ = false;
};

// One request on a connection of its own; the whole answer.
std::string ask(const Endpoint& server, std::string_view request);
// "GET path HTTP/1.1" with Host and further header lines.
std::string get(std::string_view path, std::string_view headers = "");
// An answer with this body, made by a function because of what message.h says of GCC 12.
HttpResponse page(std::string body = {});
std::string body_of(const std::string& answer);
// Looks again and again until `condition` holds; false after kSoon.
bool comes_true(const std::function<bool()>& condition);

}  // namespace axllama::http_test
