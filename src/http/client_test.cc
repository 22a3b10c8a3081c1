#include "http/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/address.h"
#include "http/channel.h"
#include "http/listening.h"
#include "http/server.h"
#include "http/test_kit.h"

namespace axllama {
namespace {

using namespace http_test;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;
using Line = Result<std::optional<std::string>>;

HttpRequest request_of(std::string target, std::string body = {}) {
  return {.method = body.empty() ? "GET" : "POST",
          .target = std::move(target),
          .body = std::move(body)};
}

Result<HttpResponse> fetch(TestServer& server, HttpRequest request, std::stop_token stop = {}) {
  HttpClient client(server.loop(), server.endpoint());
  return server.thread().get<Result<HttpResponse>>(
      [&] { return client.fetch(std::move(request), stop); });
}

TEST(Client, answer_comes_with_status_type_headers_and_body) {
  TestServer server([](Exchange& exchange) -> Task<void> {
    HttpResponse response{.status = 404, .content_type = "a/b", .headers = {{"X-A", "1"}}};
    response.body = exchange.request().method + exchange.request().target + exchange.request().body;
    (void)co_await exchange.respond(std::move(response));
  });
  const auto got = fetch(server, request_of("/x?y", "body"));
  ASSERT_TRUE(got);
  EXPECT_EQ(got->status, 404);
  EXPECT_EQ(got->content_type, "a/b");
  EXPECT_EQ(find_header(got->headers, "x-a"), "1");
  EXPECT_EQ(got->body, "POST/x?ybody");
}

TEST(Client, host_header_names_the_server) {
  TestServer server([](Exchange& exchange) -> Task<void> {
    const auto host = find_header(exchange.request().headers, "host");
    (void)co_await exchange.respond(page(std::string(host.value_or("none"))));
  });
  EXPECT_EQ(fetch(server, request_of("/"))->body, server.endpoint().text());
}

TEST(Client, large_bodies_go_both_ways) {
  TestServer server([](Exchange& exchange) -> Task<void> {
    (void)co_await exchange.respond(page(exchange.request().body));
  });
  const std::string body(40 << 20, 'z');
  const auto got = fetch(server, request_of("/", body));
  ASSERT_TRUE(got);
  EXPECT_TRUE(got->body == body);
}

TEST(Client, refusal_of_a_body_is_read_although_sending_it_fails) {
  TestServer server([](Exchange&) -> Task<void> { co_return; }, {.body_bytes = 1000});
  const auto got = fetch(server, request_of("/", std::string(20 << 20, 'z')));
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(got->status, 413);
}

TEST(Client, head_has_no_body_to_wait_for) {
  TestServer server(
      [](Exchange& exchange) -> Task<void> { (void)co_await exchange.respond(page("hidden")); });
  const auto got = fetch(server, {.method = "HEAD"});
  ASSERT_TRUE(got);
  EXPECT_EQ(got->body, "");
  EXPECT_EQ(find_header(got->headers, "content-length"), "6");
}

TEST(Client, unix_socket_works_like_tcp) {
  const std::string path = testing::TempDir() + "axllama_client_" + std::to_string(::getpid());
  TestServer server(
      [](Exchange& exchange) -> Task<void> {
        (void)co_await exchange.respond(page("peer=" + exchange.peer()));
      },
      {}, {}, {.unix_path = path});
  EXPECT_EQ(fetch(server, request_of("/"))->body, "peer=");
}

TEST(Client, names_are_resolved) {
  TestServer server(
      [](Exchange& exchange) -> Task<void> { (void)co_await exchange.respond(page("ok")); });
  HttpClient client(server.loop(), {.host = "localhost", .port = server.endpoint().port});
  const auto got =
      server.thread().get<Result<HttpResponse>>([&] { return client.fetch(request_of("/")); });
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(got->body, "ok");
}

TEST(Client, lines_are_read_before_the_next_are_written) {
  std::unique_ptr<Channel<std::string>> pieces;
  TestServer server([&](Exchange& exchange) -> Task<void> {
    (void)co_await exchange.begin(page());
    while (const auto piece = co_await pieces->pop()) (void)co_await exchange.write(*piece);
    (void)co_await exchange.end();
  });
  pieces = std::make_unique<Channel<std::string>>(server.loop());
  HttpClient client(server.loop(), server.endpoint());
  const auto lines =
      server.thread().get<std::vector<std::string>>([&]() -> Task<std::vector<std::string>> {
        std::vector<std::string> all;
        Result<ClientStream> stream = co_await client.send(request_of("/"));
        for (const char* line : {"one", "two", ""}) {
          pieces->push(std::string(line) + "\n");
          all.push_back(**co_await stream->read_line());
        }
        pieces->push("thr");
        pieces->push("ee\nfour\nfi");
        pieces->push("ve");
        pieces->close();
        for (;;) {
          const Line line = co_await stream->read_line();
          if (!line) all.push_back(line.error().message);
          if (!line || !*line) co_return all;
          all.push_back(**line);
        }
      });
  EXPECT_THAT(lines, ElementsAre("one", "two", "", "three", "four", "five"));
}

TEST(Client, truncated_stream_is_an_error_after_its_lines) {
  TestServer server(
      [](Exchange& exchange) -> Task<void> { (void)co_await exchange.begin(page("one\ntw")); });
  HttpClient client(server.loop(), server.endpoint());
  server.thread().get<bool>([&]() -> Task<bool> {
    Result<ClientStream> stream = co_await client.send(request_of("/"));
    EXPECT_EQ(**co_await stream->read_line(), "one");
    const Line broken = co_await stream->read_line();
    EXPECT_FALSE(broken);
    EXPECT_EQ(broken ? ErrorCode::kInternal : broken.error().code, ErrorCode::kUnavailable);
    co_return true;
  });
  EXPECT_EQ(fetch(server, request_of("/")).error().code, ErrorCode::kUnavailable);
}

TEST(Client, answer_over_the_limit_is_too_large) {
  TestServer server([](Exchange& exchange) -> Task<void> {
    (void)co_await exchange.respond(page(std::string(1001, 'x')));
  });
  HttpClient client(server.loop(), server.endpoint());
  const auto got = server.thread().get<Result<std::string>>([&]() -> Task<Result<std::string>> {
    Result<ClientStream> stream = co_await client.send(request_of("/"));
    co_return co_await stream->read_all(1000);
  });
  EXPECT_EQ(got.error().code, ErrorCode::kTooLarge);
}

TEST(Client, no_server_is_unavailable_and_named) {
  TestServer server([](Exchange&) -> Task<void> { co_return; });
  const Endpoint endpoint = server.endpoint();
  server.drop();
  HttpClient client(server.loop(), endpoint);
  const auto got =
      server.thread().get<Result<HttpResponse>>([&] { return client.fetch(request_of("/")); });
  EXPECT_EQ(got.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(got.error().message,
            "no server answers at " + endpoint.text() + ": connection refused");
}

TEST(Client, missing_socket_file_is_unavailable) {
  LoopThread thread;
  HttpClient client(thread.loop(), {.unix_path = "/nonexistent/axllama.sock"});
  const auto got = thread.get<Result<HttpResponse>>([&] { return client.fetch(request_of("/")); });
  EXPECT_EQ(got.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(got.error().message, HasSubstr("/nonexistent/axllama.sock: no such file"));
}

TEST(Client, unknown_name_is_unavailable) {
  LoopThread thread;
  HttpClient client(thread.loop(), {.host = "no-such-host.invalid", .port = 1});
  const auto got = thread.get<Result<HttpResponse>>([&] { return client.fetch(request_of("/")); });
  EXPECT_EQ(got.error().code, ErrorCode::kUnavailable);
}

// Fills a listening socket's queue, so that a further connect neither succeeds nor fails.
struct FullQueue {
  FullQueue() : listening(*listen_on({.host = "127.0.0.1"})) {
    ::listen(listening.get(), 0);
    const SocketAddress address = bound_address(listening.get());
    endpoint = endpoint_of(address);
    for (int i = 0; i < 4; ++i) {
      fillers.emplace_back(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
      ::connect(fillers.back().get(), address.raw(), address.size);
    }
  }
  Fd listening;
  Endpoint endpoint;
  std::vector<Fd> fillers;
};

TEST(Client, connecting_ends_with_its_deadline) {
  FullQueue queue;
  LoopThread thread;
  HttpClient client(thread.loop(), queue.endpoint);
  const ErrorCode code = thread.get<ErrorCode>([&]() -> Task<ErrorCode> {
    const Result<ClientStream> got = co_await client.send(request_of("/"), {}, 50ms);
    co_return got ? ErrorCode::kInternal : got.error().code;
  });
  EXPECT_EQ(code, ErrorCode::kTimeout);
}

// Asks for `stop` as soon as the client waits, and gives what the client then says.
ErrorCode code_when_stopped(LoopThread& thread, const Endpoint& endpoint, bool after_header) {
  HttpClient client(thread.loop(), endpoint);
  std::stop_source stop;
  if (!after_header) {
    thread.loop().post(
        [&] { thread.loop().post([&] { std::thread([&] { stop.request_stop(); }).join(); }); });
  }
  return thread.get<ErrorCode>([&]() -> Task<ErrorCode> {
    Result<ClientStream> stream = co_await client.send(request_of("/"), stop.get_token());
    if (!stream) co_return stream.error().code;
    thread.loop().post([&] { stop.request_stop(); });
    const Line line = co_await stream->read_line();
    co_return line ? ErrorCode::kInternal : line.error().code;
  });
}

TEST(Client, stop_ends_connecting) {
  FullQueue queue;
  LoopThread thread;
  EXPECT_EQ(code_when_stopped(thread, queue.endpoint, false), ErrorCode::kCanceled);
}

TEST(Client, stop_ends_the_wait_for_the_header) {
  const Fd silent = *listen_on({.host = "127.0.0.1"});
  LoopThread thread;
  EXPECT_EQ(code_when_stopped(thread, endpoint_of(bound_address(silent.get())), false),
            ErrorCode::kCanceled);
}

TEST(Client, stop_ends_reading_and_the_server_sees_the_client_go) {
  std::promise<void> gone;
  TestServer server([&](Exchange& exchange) -> Task<void> {
    (void)co_await exchange.begin(page());
    co_await server.loop().sleep(1h, exchange.gone());
    gone.set_value();
  });
  EXPECT_EQ(code_when_stopped(server.thread(), server.endpoint(), true), ErrorCode::kCanceled);
  EXPECT_EQ(gone.get_future().wait_for(kSoon), std::future_status::ready);
}

TEST(Client, server_sees_that_a_stream_was_dropped) {
  std::promise<void> gone;
  TestServer server([&](Exchange& exchange) -> Task<void> {
    (void)co_await exchange.begin(page());
    co_await server.loop().sleep(1h, exchange.gone());
    gone.set_value();
  });
  HttpClient client(server.loop(), server.endpoint());
  server.thread().get<bool>([&]() -> Task<bool> {
    const Result<ClientStream> stream = co_await client.send(request_of("/"));
    co_return stream.has_value();
  });
  EXPECT_EQ(gone.get_future().wait_for(kSoon), std::future_status::ready);
}

// A server that sends prepared bytes and closes.
Result<HttpResponse> fetch_from_bytes(std::string bytes) {
  const Fd listening = *listen_on({.host = "127.0.0.1"});
  LoopThread thread;
  HttpClient client(thread.loop(), endpoint_of(bound_address(listening.get())));
  std::thread server([&] {
    pollfd waiting{.fd = listening.get(), .events = POLLIN, .revents = 0};
    ::poll(&waiting, 1, 10000);
    const Fd peer(::accept(listening.get(), nullptr, nullptr));
    std::string request(4096, '\0');
    (void)!::recv(peer.get(), request.data(), request.size(), 0);
    (void)!::send(peer.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  });
  auto got = thread.get<Result<HttpResponse>>([&] { return client.fetch(request_of("/")); });
  server.join();
  return got;
}

TEST(Client, body_without_length_ends_with_the_connection) {
  EXPECT_EQ(fetch_from_bytes("HTTP/1.0 200 OK\r\n\r\nall of it")->body, "all of it");
}

TEST(Client, answer_that_is_no_http_is_unavailable) {
  EXPECT_EQ(fetch_from_bytes("SSH-2.0-x\r\n").error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(fetch_from_bytes("").error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(fetch_from_bytes("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort").error().code,
            ErrorCode::kUnavailable);
}

TEST(Client, endless_header_is_given_up) {
  EXPECT_EQ(fetch_from_bytes("HTTP/1.1 200 OK\r\nA: " + std::string(1 << 20, 'x')).error().code,
            ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace axllama
