#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/server.h"
#include "http/test_kit.h"

namespace axllama {
namespace {

using namespace http_test;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

Task<void> answer_ok(Exchange& exchange) {
  (void)co_await exchange.respond(page("ok"));
}

std::string post(std::string_view headers) {
  return "POST / HTTP/1.1\r\nHost: h\r\n" + std::string(headers) + "\r\n";
}

TEST(ServerLimits, announced_body_over_the_limit_is_refused_before_it_is_sent) {
  TestServer server(answer_ok);
  RawClient client(server.endpoint());
  client.send(post("Content-Length: 200000000\r\nExpect: 100-continue\r\n"));
  EXPECT_THAT(client.read_answer(), AllOf(StartsWith("HTTP/1.1 413 Payload Too Large\r\n"),
                                          HasSubstr("Connection: close\r\n"),
                                          EndsWith("\r\n\r\nrequest body larger than 67 MB\n")));
  client.read_rest();
  EXPECT_TRUE(client.ended_in_order());
}

// The client sends everything before it reads anything, as simple clients do.
TEST(ServerLimits, client_that_sends_it_all_the_same_reads_the_whole_413) {
  constexpr size_t kBytes = 200'000'000;
  TestServer server(answer_ok);
  RawClient client(server.endpoint());
  client.send(post("Content-Length: " + std::to_string(kBytes) + "\r\n"));
  const std::string part(1 << 20, 'x');
  size_t sent = 0;
  for (; sent < kBytes; sent += part.size()) {
    if (!client.send(std::string_view(part).substr(0, std::min(part.size(), kBytes - sent)))) break;
  }
  EXPECT_GE(sent, kBytes);
  EXPECT_THAT(client.read_rest(),
              AllOf(StartsWith("HTTP/1.1 413"), EndsWith("request body larger than 67 MB\n")));
  EXPECT_TRUE(client.ended_in_order());
}

TEST(ServerLimits, chunked_body_is_refused_when_it_passes_the_limit) {
  TestServer server(answer_ok, {.body_bytes = 1000});
  RawClient client(server.endpoint());
  client.send(post("Transfer-Encoding: chunked\r\n"));
  const std::string chunk = "64\r\n" + std::string(100, 'x') + "\r\n";
  for (int i = 0; i < 10; ++i) client.send(chunk);
  for (int i = 0; i < 1000; ++i) client.send(chunk);
  EXPECT_THAT(client.read_rest(), StartsWith("HTTP/1.1 413"));
  EXPECT_TRUE(client.ended_in_order());
}

TEST(ServerLimits, endless_header_is_431) {
  TestServer server(answer_ok, {.header_bytes = 4096});
  RawClient client(server.endpoint());
  client.send("GET / HTTP/1.1\r\nHost: h\r\n");
  for (int i = 0; i < 1000; ++i)
    client.send("A" + std::to_string(i) + ": " + std::string(50, 'x') + "\r\n");
  EXPECT_THAT(client.read_rest(), StartsWith("HTTP/1.1 431 Request Header Fields Too Large\r\n"));
}

TEST(ServerLimits, endless_chunk_header_is_refused) {
  TestServer server(answer_ok, {.header_bytes = 4096});
  RawClient client(server.endpoint());
  client.send(post("Transfer-Encoding: chunked\r\n") + "5;x=");
  const std::string part(10000, 'x');
  for (int i = 0; i < 100; ++i) client.send(part);
  EXPECT_THAT(client.read_rest(), StartsWith("HTTP/1.1 400 Bad Request\r\n"));
}

TEST(ServerLimits, header_that_never_ends_is_408) {
  TestServer server(answer_ok, {.header_time = 50ms});
  RawClient client(server.endpoint());
  client.send("GET / HTTP/1.1\r\nHost: h\r\nA");
  EXPECT_THAT(client.read_rest(), StartsWith("HTTP/1.1 408 Request Timeout\r\n"));
  EXPECT_TRUE(client.ended_in_order());
}

// Each line comes in time, the whole doesn't.
TEST(ServerLimits, header_that_trickles_is_408) {
  TestServer server(answer_ok, {.header_time = 50ms});
  RawClient client(server.endpoint());
  client.send("GET / HTTP/1.1\r\nHost: h\r\n");
  while (server.connections() == 0) {
  }
  for (int i = 0; i < 100'000 && client.send("A: b\r\n") && server.connections() > 0; ++i) {
    if (i > 600) break;  // 431 would come much later
    server.thread().get<bool>([&] { return server.loop().sleep(1ms); });
  }
  EXPECT_THAT(client.read_rest(), StartsWith("HTTP/1.1 408"));
}

TEST(ServerLimits, body_that_never_comes_is_408) {
  TestServer server(answer_ok, {.body_time = 50ms});
  RawClient client(server.endpoint());
  client.send(post("Content-Length: 5\r\n") + "hel");
  EXPECT_THAT(client.read_rest(), StartsWith("HTTP/1.1 408"));
}

TEST(ServerLimits, idle_connection_is_closed_without_a_word) {
  TestServer server(answer_ok, {.idle_time = 500ms});
  RawClient client(server.endpoint());
  client.send(get("/"));
  EXPECT_EQ(body_of(client.read_answer()), "ok");
  EXPECT_EQ(client.read_rest(), "");
  EXPECT_TRUE(client.ended_in_order());
  EXPECT_TRUE(comes_true([&] { return server.connections() == 0; }));
}

TEST(ServerLimits, deadline_of_one_phase_does_not_end_the_next) {
  TestServer server(
      [&server](Exchange& exchange) -> Task<void> {
        co_await server.loop().sleep(150ms);
        (void)co_await exchange.respond(page("late"));
      },
      {.header_time = 50ms, .body_time = 60ms, .idle_time = 5000ms});
  RawClient client(server.endpoint());
  for (int i = 0; i < 2; ++i) {
    client.send("POST / HTTP/1.1\r\nHost: h\r\n");
    client.send("Content-Length: 2\r\n\r\na");
    client.send("b");
    EXPECT_EQ(body_of(client.read_answer()), "late");
  }
}

TEST(ServerLimits, garbage_is_400_and_the_connection_ends) {
  TestServer server(answer_ok);
  for (const std::string& bytes :
       {std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11),
        std::string("hello\r\n\r\n"), std::string(100, '\0'),
        std::string("GET / HTTP/1.1\r\nno colon here\r\n\r\n"),
        post("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n") + "abc"}) {
    RawClient client(server.endpoint());
    client.send(bytes);
    EXPECT_THAT(client.read_rest(), StartsWith("HTTP/1.1 400 Bad Request\r\n"));
    EXPECT_TRUE(client.ended_in_order());
  }
  EXPECT_THAT(ask(server.endpoint(), get("/")), StartsWith("HTTP/1.1 200"));
}

TEST(ServerLimits, refusals_have_the_form_of_the_error_page) {
  TestServer server(answer_ok, {.body_bytes = 10}, [](int status, std::string_view reason) {
    return HttpResponse{
        .status = status, .content_type = "x/y", .body = '<' + std::string(reason) + '>'};
  });
  EXPECT_THAT(
      ask(server.endpoint(), post("Content-Length: 11\r\n")),
      AllOf(HasSubstr("Content-Type: x/y\r\n"), EndsWith("<request body larger than 10 B>")));
}

TEST(ServerLimits, client_that_reads_nothing_is_dropped_after_write_time) {
  std::promise<ErrorCode> ended;
  TestServer server(
      [&](Exchange& exchange) -> Task<void> {
        (void)co_await exchange.begin(page());
        const std::string piece(100000, 'x');
        Result<void> written;
        while (written) written = co_await exchange.write(piece);
        EXPECT_TRUE(exchange.gone().stop_requested());
        ended.set_value(written.error().code);
      },
      {.write_time = 50ms});
  RawClient client(server.endpoint());
  client.send(get("/"));
  auto future = ended.get_future();
  ASSERT_EQ(future.wait_for(kSoon), std::future_status::ready);
  EXPECT_EQ(future.get(), ErrorCode::kCanceled);
  EXPECT_TRUE(comes_true([&] { return server.connections() == 0; }));
}

TEST(ServerLimits, client_that_reads_slowly_gets_everything) {
  TestServer server(
      [&](Exchange& exchange) -> Task<void> {
        (void)co_await exchange.respond(page(std::string(8 << 20, 'x')));
      },
      {.write_time = 500ms});
  RawClient client(server.endpoint());
  client.send(get("/", "Connection: close\r\n"));
  size_t got = 0;
  for (;;) {
    const size_t part = client.read_some(1 << 20);
    if (part == 0) break;
    got += part;
    server.thread().get<bool>([&] { return server.loop().sleep(20ms); });
  }
  EXPECT_GT(got, size_t{8 << 20});
}

TEST(ServerLimits, newest_client_waits_while_the_server_is_full) {
  TestServer server(answer_ok, {.connections = 2});
  RawClient first(server.endpoint());
  RawClient second(server.endpoint());
  EXPECT_TRUE(comes_true([&] { return server.connections() == 2; }));
  RawClient third(server.endpoint());
  third.send(get("/"));
  second.send(get("/"));
  EXPECT_EQ(body_of(second.read_answer()), "ok");
  EXPECT_EQ(server.connections(), 2u);
  first.close();
  EXPECT_EQ(body_of(third.read_answer()), "ok");
}

}  // namespace
}  // namespace axllama
