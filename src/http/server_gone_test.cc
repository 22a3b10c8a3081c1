#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/channel.h"
#include "http/server.h"
#include "http/test_kit.h"

namespace axllama {
namespace {

using namespace http_test;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

// A handler that waits on a channel until its client is gone or the channel is closed.
class Waiting {
 public:
  explicit Waiting(ServerLimits limits = {})
      : server_(
            [this](Exchange& exchange) -> Task<void> {
              Channel<int> channel(server_.loop());
              const std::stop_callback on_gone(exchange.gone(), [&] { channel.close(); });
              entered_.set_value();
              while (co_await channel.pop()) {
              }
              const Result<void> sent = co_await exchange.respond(page("stopped"));
              left_.set_value(sent.has_value());
            },
            limits) {}

  TestServer& server() { return server_; }
  bool entered() { return entered_.get_future().wait_for(kSoon) == std::future_status::ready; }
  // Whether the handler came to its end in time.
  bool left() { return left_.get_future().wait_for(kSoon) == std::future_status::ready; }

 private:
  std::promise<void> entered_;
  std::promise<bool> left_;
  TestServer server_;
};

TEST(ServerGone, handler_that_waits_learns_that_the_client_closed) {
  Waiting waiting;
  RawClient client(waiting.server().endpoint());
  client.send(get("/"));
  ASSERT_TRUE(waiting.entered());
  client.close();
  EXPECT_TRUE(waiting.left());
  EXPECT_TRUE(comes_true([&] { return waiting.server().connections() == 0; }));
}

TEST(ServerGone, client_that_ends_its_side_counts_as_gone_but_may_still_read) {
  Waiting waiting;
  RawClient client(waiting.server().endpoint());
  client.send(get("/"));
  client.half_close();
  ASSERT_TRUE(waiting.entered());
  EXPECT_TRUE(waiting.left());
  EXPECT_THAT(client.read_rest(), EndsWith("stopped"));
}

TEST(ServerGone, bytes_of_the_next_request_do_not_hide_the_end) {
  Waiting waiting;
  RawClient client(waiting.server().endpoint());
  client.send(get("/"));
  ASSERT_TRUE(waiting.entered());
  client.send("GET /half HTT");
  client.close();
  EXPECT_TRUE(waiting.left());
}

TEST(ServerGone, write_to_a_client_that_left_is_canceled) {
  std::promise<ErrorCode> ended;
  std::promise<void> begun;
  TestServer server([&](Exchange& exchange) -> Task<void> {
    (void)co_await exchange.begin(page("x"));
    begun.set_value();
    Result<void> written;
    while (written) {
      co_await server.loop().sleep(1ms);
      written = co_await exchange.write("x");
    }
    ended.set_value(written.error().code);
  });
  RawClient client(server.endpoint());
  client.send(get("/"));
  ASSERT_EQ(begun.get_future().wait_for(kSoon), std::future_status::ready);
  client.close();
  auto future = ended.get_future();
  ASSERT_EQ(future.wait_for(kSoon), std::future_status::ready);
  EXPECT_EQ(future.get(), ErrorCode::kCanceled);
}

// Opens streams that go on for ever, and counts those that were asked to stop.
struct Streams {
  std::atomic<int> open = 0;
  std::atomic<int> stopped = 0;
  bool obey = true;
  TestServer server{[this](Exchange& exchange) -> Task<void> {
    (void)co_await exchange.begin(page("x\n"));
    ++open;
    const std::stop_token stop = obey ? exchange.gone() : std::stop_token();
    while (!stop.stop_requested()) {
      co_await server.loop().sleep(5ms, stop);
      if (!co_await exchange.write("x\n")) break;
    }
    ++stopped;
    if (obey) (void)co_await exchange.end();
  }};

  std::vector<std::unique_ptr<RawClient>> connect(int number) {
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < number; ++i) {
      clients.push_back(std::make_unique<RawClient>(server.endpoint()));
      clients.back()->send(get("/"));
    }
    EXPECT_TRUE(comes_true([&] { return open == number; }));
    return clients;
  }
  void shut_down(std::chrono::milliseconds patience) {
    server.thread().get<bool>([&]() -> Task<bool> {
      co_await server.server().shutdown(patience);
      co_return true;
    });
  }
};

TEST(ServerGone, shutdown_ends_open_streams_and_closes_idle_connections) {
  Streams streams;
  RawClient idle(streams.server.endpoint());
  const auto clients = streams.connect(20);
  const auto before = std::chrono::steady_clock::now();
  streams.shut_down(10s);
  EXPECT_LT(std::chrono::steady_clock::now() - before, 8s);
  EXPECT_EQ(streams.stopped, 20);
  EXPECT_EQ(streams.server.connections(), 0u);
  for (const auto& client : clients) EXPECT_THAT(client->read_rest(), EndsWith("0\r\n\r\n"));
  EXPECT_EQ(idle.read_rest(), "");
  EXPECT_THROW(RawClient late(streams.server.endpoint()), std::runtime_error);
}

TEST(ServerGone, shutdown_breaks_what_outlasts_its_patience) {
  Streams streams{.obey = false};
  const auto clients = streams.connect(3);
  streams.shut_down(50ms);
  for (const auto& client : clients) EXPECT_THAT(client->read_rest(), Not(EndsWith("0\r\n\r\n")));
  EXPECT_TRUE(comes_true([&] { return streams.stopped == 3; }));
}

TEST(ServerGone, shutdown_of_an_idle_server_is_immediate) {
  Streams streams;
  streams.shut_down(10s);
  EXPECT_EQ(streams.server.connections(), 0u);
}

TEST(ServerGone, server_may_go_while_its_handlers_wait_for_something_else) {
  Streams streams{.obey = false};
  RawClient idle(streams.server.endpoint());
  const auto clients = streams.connect(3);
  streams.server.drop();
  for (const auto& client : clients) client->read_rest();
  EXPECT_EQ(idle.read_rest(), "");
  EXPECT_TRUE(comes_true([&] { return streams.stopped == 3; }));
}

TEST(ServerGone, loop_may_go_with_a_server_full_of_clients) {
  std::vector<std::unique_ptr<RawClient>> clients;
  LoopThread* thread = nullptr;
  std::optional<LoopThread> owner(std::in_place);
  thread = &*owner;
  std::unique_ptr<HttpServer> server;
  Endpoint endpoint;
  thread->run([&] {
    server = std::make_unique<HttpServer>(thread->loop(), [](Exchange& exchange) -> Task<void> {
      (void)co_await exchange.respond(page("ok"));
    });
    endpoint = *server->listen({.host = "127.0.0.1"});
  });
  for (int i = 0; i < 10; ++i) {
    clients.push_back(std::make_unique<RawClient>(endpoint));
    clients.back()->send(get("/"));
    EXPECT_EQ(body_of(clients.back()->read_answer()), "ok");
  }
  thread->stop();
  server.reset();
  owner.reset();
  EXPECT_EQ(clients.front()->read_rest(), "");
}

}  // namespace
}  // namespace axllama
