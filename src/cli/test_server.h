// A server for the tests of the commands: fixed answers by verb and path, and a record of what was
// asked. OLLAMA_HOST names it while it lives.
#pragma once

#include <cstdlib>
#include <future>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "http/loop.h"
#include "http/server.h"

namespace axllama::cli {

struct TestAnswer {
  int status = 200;
  std::string body = {};  // sent whole
  bool hang = false;      // stream the body and wait until the client goes away
};

class TestServer {
 public:
  // Keys as "GET /api/tags". What begins with `yes` gets 200, and anything else 404.
  explicit TestServer(std::map<std::string, TestAnswer> answers = {}, std::string yes = "(none)")
      : answers_(std::move(answers)), yes_(std::move(yes)) {
    std::promise<Endpoint> listening;
    thread_ = std::thread([this, &listening] { serve(listening); });
    endpoint_ = listening.get_future().get();
    setenv("OLLAMA_HOST", endpoint_.text().c_str(), 1);
  }
  ~TestServer() {
    loop_.post([this] { loop_.stop(); });
    thread_.join();
    unsetenv("OLLAMA_HOST");
  }

  const Endpoint& endpoint() const { return endpoint_; }
  // "VERB /path body" of each request so far.
  std::vector<std::string> asked() const {
    std::lock_guard lock(mutex_);
    return asked_;
  }
  // Clients that went away from a hanging answer.
  int gone() const {
    std::lock_guard lock(mutex_);
    return gone_;
  }

 private:
  void serve(std::promise<Endpoint>& listening) {
    HttpServer server(loop_, [this](Exchange& exchange) { return answer(exchange); });
    listening.set_value(server.listen({.host = "127.0.0.1"}).value());
    loop_.run();
  }

  Task<void> answer(Exchange& exchange) {
    const HttpRequest& request = exchange.request();
    const std::string key = request.method + " " + request.target;
    {
      std::lock_guard lock(mutex_);
      asked_.push_back(key + " " + request.body);
    }
    const auto found = answers_.find(key);
    TestAnswer reply{404, R"({"error":"no such thing"})"};
    if (key.starts_with(yes_)) reply = {};
    if (found != answers_.end()) reply = found->second;
    // Named: GCC 12 destroys a braced temporary in a co_await twice.
    HttpResponse response{.status = reply.status, .body = reply.body};
    if (!reply.hang) {
      (void)co_await exchange.respond(std::move(response));
      co_return;
    }
    (void)co_await exchange.begin(std::move(response));
    (void)co_await loop_.sleep(std::chrono::seconds(60), exchange.gone());
    std::lock_guard lock(mutex_);
    ++gone_;
  }

  std::map<std::string, TestAnswer> answers_;
  std::string yes_;
  mutable std::mutex mutex_;
  std::vector<std::string> asked_;
  int gone_ = 0;
  Loop loop_;
  Endpoint endpoint_;
  std::thread thread_;
};

}  // namespace axllama::cli
