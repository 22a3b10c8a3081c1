// For tests of downloads: a host on loopback that has one file.
#pragma once

#include <charconv>
#include <future>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "http/loop.h"
#include "http/server.h"
#include "store/registry_session.h"
#include "store/transfer_url.h"

namespace axllama::store {

class FileServer {
 public:
  // Knows ranges; with a `token`, whoever shows none is sent to /token first.
  explicit FileServer(std::string content, std::string token = {})
      : content_(std::move(content)), token_(std::move(token)) {
    std::promise<Endpoint> listening;
    thread_ = std::thread([this, &listening] {
      HttpServer server(loop_, [this](Exchange& exchange) { return answer(exchange); });
      listening.set_value(server.listen({.host = "127.0.0.1"}).value());
      loop_.run();
    });
    endpoint_ = listening.get_future().get();
  }
  ~FileServer() {
    loop_.post([this] { loop_.stop(); });
    thread_.join();
  }

  Url url(std::string rest = "/file") const {
    Url url = parse_url("http://" + endpoint_.text()).value();
    url.rest = std::move(rest);
    return url;
  }
  std::shared_ptr<RegistrySession> session(TransferSettings settings) const {
    return std::make_shared<RegistrySession>(std::move(settings), url("/"),
                                             RegistrySession::Rights{{}, {}, true});
  }
  // The ranges that were asked for: "bytes=0-99"; empty for none.
  std::vector<std::string> ranges() const {
    std::lock_guard lock(mutex_);
    return ranges_;
  }
  // The bytes that the answers had.
  uint64_t sent() const {
    std::lock_guard lock(mutex_);
    return sent_;
  }
  void change(std::string content) {
    std::lock_guard lock(mutex_);
    content_ = std::move(content);
  }
  void forget_ranges() { knows_ranges_ = false; }

 private:
  Task<void> answer(Exchange& exchange) {
    HttpResponse response = answer_to(exchange.request());
    (void)co_await exchange.respond(std::move(response));
  }

  HttpResponse answer_to(const HttpRequest& request) {
    std::lock_guard lock(mutex_);
    if (request.path() == "/token") return {.body = R"({"token":")" + token_ + "\"}"};
    const std::string shown(find_header(request.headers, "Authorization").value_or(""));
    if (!token_.empty() && shown != "Bearer " + token_) return challenge();
    const std::string range(find_header(request.headers, "Range").value_or(""));
    ranges_.push_back(range);
    if (range.empty() || !knows_ranges_) {
      sent_ += content_.size();
      return {.body = content_};
    }
    uint64_t first = 0, last = 0;
    const size_t dash = range.find('-');
    std::from_chars(range.data() + 6, range.data() + dash, first);
    std::from_chars(range.data() + dash + 1, range.data() + range.size(), last);
    HttpResponse part{.status = 206, .body = content_.substr(first, last - first + 1)};
    part.headers = {{"Content-Range", "bytes " + std::to_string(first) + "-" +
                                          std::to_string(last) + "/" +
                                          std::to_string(content_.size())}};
    sent_ += part.body.size();
    return part;
  }

  HttpResponse challenge() const {
    HttpResponse refused{.status = 401};
    refused.headers = {{"WWW-Authenticate", "Bearer realm=\"" + url("/token").text() +
                                                "\",service=\"tests\",scope=\"a:b:pull\""}};
    return refused;
  }

  std::string content_;
  const std::string token_;
  std::atomic<bool> knows_ranges_ = true;
  mutable std::mutex mutex_;
  std::vector<std::string> ranges_;
  uint64_t sent_ = 0;
  Loop loop_;
  Endpoint endpoint_;
  std::thread thread_;
};

}  // namespace axllama::store
