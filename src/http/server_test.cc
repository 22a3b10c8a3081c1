#include "http/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "http/channel.h"
#include "http/test_kit.h"

namespace axllama {
namespace {

using namespace http_test;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// Answers with what it was asked.
Task<void> echo(Exchange& exchange) {
  const HttpRequest& request = exchange.request();
  HttpResponse response{.content_type = "text/plain",
                        .body = request.method + ' ' + request.target + ' ' + request.body};
  (void)co_await exchange.respond(std::move(response));
}

// Streams "one", "two", "three".
Task<void> count(Exchange& exchange) {
  (void)co_await exchange.begin(page("one\n"));
  (void)co_await exchange.write("two\n");
  (void)co_await exchange.write("");
  (void)co_await exchange.write("three\n");
  (void)co_await exchange.end();
}

TEST(Server, one_connection_serves_request_after_request) {
  TestServer server(echo);
  RawClient client(server.endpoint());
  for (int i = 0; i < 3; ++i) {
    client.send(get("/" + std::to_string(i)));
    const std::string answer = client.read_answer();
    EXPECT_THAT(answer, AllOf(StartsWith("HTTP/1.1 200 OK\r\n"), Not(HasSubstr("Connection"))));
    EXPECT_EQ(body_of(answer), "GET /" + std::to_string(i) + ' ');
  }
  EXPECT_EQ(server.connections(), 1u);
}

TEST(Server, pipelined_requests_are_answered_in_order) {
  TestServer server(echo);
  RawClient client(server.endpoint());
  std::string all;
  for (int i = 0; i < 2000; ++i) {
    all += "POST /" + std::to_string(i) + " HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc";
  }
  std::thread sender([&] { client.send(all); });
  for (int i = 0; i < 2000; ++i) {
    ASSERT_EQ(body_of(client.read_answer()), "POST /" + std::to_string(i) + " abc");
  }
  sender.join();
}

TEST(Server, request_may_come_byte_by_byte) {
  TestServer server(echo);
  RawClient client(server.endpoint());
  const std::string request = "POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello";
  for (const char byte : request) client.send({&byte, 1});
  EXPECT_EQ(body_of(client.read_answer()), "POST /x hello");
}

TEST(Server, chunked_upload_arrives_whole) {
  TestServer server([](Exchange& exchange) -> Task<void> {
    const std::string& body = exchange.request().body;
    const bool right = body == std::string(body.size(), 'x');
    (void)co_await exchange.respond(page(std::to_string(body.size()) + (right ? "" : " wrong")));
  });
  RawClient client(server.endpoint());
  client.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
  for (int i = 0; i < 300; ++i) client.send("186a0\r\n" + std::string(100000, 'x') + "\r\n");
  client.send("0\r\n\r\n");
  EXPECT_EQ(body_of(client.read_answer()), "30000000");
}

TEST(Server, client_that_waits_for_100_continue_gets_it) {
  TestServer server(echo);
  RawClient client(server.endpoint());
  client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("hi");
  EXPECT_EQ(body_of(client.read_answer()), "POST / hi");
}

TEST(Server, head_is_answered_without_body) {
  TestServer server([](Exchange& exchange) -> Task<void> {
    return exchange.request().path() == "/stream" ? count(exchange) : echo(exchange);
  });
  RawClient client(server.endpoint());
  client.send("HEAD /x HTTP/1.1\r\nHost: h\r\n\r\n" +
              std::string("HEAD /stream HTTP/1.1\r\nHost: h\r\n\r\n") +
              get("/last", "Connection: close\r\n"));
  EXPECT_THAT(client.read_until("\r\n\r\n"), HasSubstr("Content-Length: 8\r\n"));
  EXPECT_THAT(client.read_until("\r\n\r\n"), HasSubstr("Transfer-Encoding: chunked\r\n"));
  EXPECT_THAT(client.read_rest(), AllOf(StartsWith("HTTP/1.1 200"), EndsWith("GET /last ")));
}

TEST(Server, http10_is_served_and_the_connection_closed) {
  TestServer server(echo);
  RawClient client(server.endpoint());
  client.send("GET / HTTP/1.0\r\n\r\n");
  const std::string answer = client.read_rest();
  EXPECT_THAT(answer, AllOf(StartsWith("HTTP/1.0 200 OK"), HasSubstr("Connection: close\r\n")));
  EXPECT_TRUE(client.ended_in_order());
}

TEST(Server, http10_client_may_ask_to_keep_the_connection) {
  TestServer server(echo);
  RawClient client(server.endpoint());
  for (int i = 0; i < 2; ++i) {
    client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_THAT(client.read_answer(), HasSubstr("Connection: keep-alive\r\n"));
  }
}

TEST(Server, stream_is_sent_in_chunks_one_a_piece) {
  TestServer server(count);
  RawClient client(server.endpoint());
  client.send(get("/"));
  EXPECT_THAT(client.read_until("\r\n\r\n"), HasSubstr("Transfer-Encoding: chunked\r\n"));
  EXPECT_EQ(client.read_until("\r\n0\r\n\r\n"),
            "4\r\none\n\r\n4\r\ntwo\n\r\n6\r\nthree\n\r\n0\r\n\r\n");
}

TEST(Server, stream_for_http10_ends_with_the_connection) {
  TestServer server(count);
  RawClient client(server.endpoint());
  client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_THAT(client.read_rest(),
              AllOf(HasSubstr("Connection: close\r\n"), EndsWith("\r\n\r\none\ntwo\nthree\n")));
  EXPECT_TRUE(client.ended_in_order());
}

TEST(Server, piece_reaches_the_client_before_the_next_is_made) {
  std::unique_ptr<Channel<std::string>> pieces;
  TestServer server([&](Exchange& exchange) -> Task<void> {
    (void)co_await exchange.begin(page());
    while (const auto piece = co_await pieces->pop()) (void)co_await exchange.write(*piece);
    (void)co_await exchange.end();
  });
  pieces = std::make_unique<Channel<std::string>>(server.loop());
  RawClient client(server.endpoint());
  client.send(get("/"));
  client.read_until("\r\n\r\n");
  for (int i = 0; i < 100; ++i) {
    pieces->push("piece");
    EXPECT_EQ(client.read_until("piece\r\n"), "5\r\npiece\r\n");
  }
  pieces->close();
  EXPECT_EQ(client.read_until("0\r\n\r\n"), "0\r\n\r\n");
}

TEST(Server, stream_without_end_is_broken_off) {
  TestServer server(
      [](Exchange& exchange) -> Task<void> { (void)co_await exchange.begin(page("half")); });
  RawClient chunked(server.endpoint());
  chunked.send(get("/"));
  EXPECT_THAT(chunked.read_rest(), EndsWith("4\r\nhalf\r\n"));
  RawClient until_close(server.endpoint());
  until_close.send("GET / HTTP/1.0\r\n\r\n");
  until_close.read_rest();
  EXPECT_FALSE(until_close.ended_in_order());
}

TEST(Server, handler_that_sends_nothing_or_throws_is_answered_with_500) {
  TestServer server(
      [](Exchange& exchange) -> Task<void> {
        if (exchange.request().target == "/throw") throw std::runtime_error("thrown by the test");
        co_return;
      },
      {},
      [](int status, std::string_view reason) {
        return HttpResponse{.status = status,
                            .content_type = "application/json",
                            .body = "{\"error\":\"" + std::string(reason) + "\"}"};
      });
  RawClient client(server.endpoint());
  for (const char* target : {"/throw", "/silent"}) {
    client.send(get(target));
    const std::string answer = client.read_answer();
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 500 Internal Server Error\r\n"));
    EXPECT_EQ(body_of(answer), "{\"error\":\"the server has no answer to this request\"}");
  }
}

TEST(Server, handler_that_throws_after_begin_breaks_the_answer) {
  TestServer server([](Exchange& exchange) -> Task<void> {
    (void)co_await exchange.begin(page("half"));
    throw std::runtime_error("thrown by the test");
  });
  RawClient client(server.endpoint());
  client.send(get("/"));
  EXPECT_THAT(client.read_rest(), EndsWith("4\r\nhalf\r\n"));
}

TEST(Server, answering_twice_is_an_error_and_sends_nothing) {
  TestServer server([](Exchange& exchange) -> Task<void> {
    EXPECT_FALSE(exchange.started());
    EXPECT_EQ((co_await exchange.write("early")).error().code, ErrorCode::kInternal);
    EXPECT_TRUE(co_await exchange.respond(page("first")));
    EXPECT_TRUE(exchange.started());
    EXPECT_EQ((co_await exchange.respond(page("second"))).error().code, ErrorCode::kInternal);
    EXPECT_EQ((co_await exchange.begin(page())).error().code, ErrorCode::kInternal);
    EXPECT_EQ((co_await exchange.end()).error().code, ErrorCode::kInternal);
  });
  RawClient client(server.endpoint());
  client.send(get("/", "Connection: close\r\n"));
  EXPECT_THAT(client.read_rest(), EndsWith("\r\n\r\nfirst"));
}

TEST(Server, many_small_pieces_in_a_row_arrive) {
  constexpr int kPieces = 300'000;
  TestServer server([](Exchange& exchange) -> Task<void> {
    (void)co_await exchange.begin(page());
    for (int i = 0; i < kPieces; ++i) (void)co_await exchange.write("x");
    (void)co_await exchange.end();
  });
  RawClient client(server.endpoint());
  client.send(get("/", "Connection: close\r\n"));
  EXPECT_EQ(body_of(client.read_rest()).size(),
            kPieces * std::string_view("1\r\nx\r\n").size() + 5);
}

TEST(Server, large_answer_arrives_whole) {
  TestServer server([](Exchange& exchange) -> Task<void> {
    (void)co_await exchange.respond(page(std::string(50 << 20, 'y')));
  });
  EXPECT_EQ(body_of(ask(server.endpoint(), get("/"))), std::string(50 << 20, 'y'));
}

TEST(Server, peer_is_the_other_ends_address) {
  TestServer server([](Exchange& exchange) -> Task<void> {
    (void)co_await exchange.respond(page(exchange.peer()));
  });
  EXPECT_THAT(body_of(ask(server.endpoint(), get("/"))), StartsWith("127.0.0.1:"));
}

TEST(Server, a_thousand_idle_connections_are_no_hindrance) {
  TestServer server(echo);
  std::vector<std::unique_ptr<RawClient>> idle;
  for (int i = 0; i < 1000; ++i) idle.push_back(std::make_unique<RawClient>(server.endpoint()));
  EXPECT_TRUE(comes_true([&] { return server.connections() == 1000; }));
  EXPECT_EQ(body_of(ask(server.endpoint(), get("/x"))), "GET /x ");
  for (const auto& client : idle) {
    client->send(get("/y"));
    ASSERT_EQ(body_of(client->read_answer()), "GET /y ");
  }
  idle.clear();
  EXPECT_TRUE(comes_true([&] { return server.connections() == 0; }));
}

}  // namespace
}  // namespace axllama
