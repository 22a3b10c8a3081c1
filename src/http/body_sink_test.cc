// Bodies that go elsewhere than into memory, on both ends.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/client.h"
#include "http/test_kit.h"

namespace axllama {
namespace {

using namespace http_test;
using testing::StartsWith;

constexpr ServerLimits kSmall{.body_bytes = 100};

// Counts bytes, and wants no more than `most`.
class Counter : public BodySink {
 public:
  Counter(Loop& loop, size_t most, std::atomic<int>& living)
      : loop_(loop), most_(most), living_(living) {
    ++living_;
  }
  ~Counter() override { --living_; }
  void put(std::string_view bytes) override { count += bytes.size(); }
  Task<bool> settle() override {
    co_await loop_.sleep(std::chrono::milliseconds(0), {});
    co_return count <= most_;
  }

  size_t count = 0;

 private:
  Loop& loop_;
  size_t most_;
  std::atomic<int>& living_;
};

// "/sink" goes to a counter, all else into the request. Answers with both sizes.
class SinkServer {
 public:
  explicit SinkServer(size_t most = SIZE_MAX)
      : server_(
            [](Exchange& exchange) -> Task<void> {
              const HttpRequest& request = exchange.request();
              const auto* counter = static_cast<const Counter*>(request.sink.get());
              (void)co_await exchange.respond(page(std::to_string(counter ? counter->count : 0) +
                                                   "/" + std::to_string(request.body.size())));
            },
            kSmall, {}, {.host = "127.0.0.1"},
            [this, most](const HttpRequest& head) -> std::shared_ptr<BodySink> {
              if (head.target != "/sink") return nullptr;
              return std::make_shared<Counter>(server_.loop(), most, living);
            }) {}

  const Endpoint& endpoint() const { return server_.endpoint(); }
  TestServer& get() { return server_; }

  std::atomic<int> living = 0;

 private:
  TestServer server_;
};

std::string post(const std::string& target, size_t size) {
  return "POST " + target + " HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(size) +
         "\r\n\r\n";
}

TEST(BodySink, takes_what_the_limit_would_refuse_and_the_connection_goes_on) {
  SinkServer server;
  RawClient client(server.endpoint());
  client.send(post("/sink", 5'000'000) + std::string(5'000'000, 'x'));
  EXPECT_EQ(body_of(client.read_answer()), "5000000/0");
  client.send(post("/", 100) + std::string(100, 'x'));
  EXPECT_EQ(body_of(client.read_answer()), "0/100");
  client.send(post("/", 101));
  EXPECT_THAT(client.read_answer(), StartsWith("HTTP/1.1 413"));
}

TEST(BodySink, chunks_are_a_body_too) {
  SinkServer server;
  RawClient client(server.endpoint());
  client.send("POST /sink HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
  for (int i = 0; i < 20; ++i) client.send("186a0\r\n" + std::string(100'000, 'x') + "\r\n");
  client.send("0\r\n\r\n");
  EXPECT_EQ(body_of(client.read_answer()), "2000000/0");
}

TEST(BodySink, one_that_wants_no_more_lets_the_handler_answer_at_once) {
  SinkServer server(1000);
  RawClient client(server.endpoint());
  client.send(post("/sink", 1'000'000'000) + std::string(2000, 'x'));
  EXPECT_THAT(client.read_answer(), StartsWith("HTTP/1.1 200"));
  client.read_rest();
  EXPECT_TRUE(client.ended_in_order());
}

TEST(BodySink, goes_with_a_client_that_leaves) {
  SinkServer server;
  {
    RawClient client(server.endpoint());
    client.send(post("/sink", 1'000'000) + "x");
    while (server.living == 0) std::this_thread::yield();
  }
  while (server.living != 0) std::this_thread::yield();
}

class BodySourceTest : public testing::Test {
 protected:
  // Sends `size` bytes, of which the source has only `there`.
  Result<HttpResponse> upload(SinkServer& server, uint64_t size, uint64_t there) {
    HttpClient client(server.get().loop(), server.endpoint());
    auto source = std::make_shared<BodySource>();
    source->size = size;
    source->next = [there]() mutable -> Result<std::string> {
      const uint64_t piece = std::min<uint64_t>(there, 70'000);
      there -= piece;
      return std::string(piece, 'x');
    };
    return server.get().thread().get<Result<HttpResponse>>(
        [&] { return client.fetch({.method = "POST", .target = "/sink", .source = source}); });
  }
};

TEST_F(BodySourceTest, is_sent_piece_by_piece) {
  SinkServer server;
  const auto answer = upload(server, 3'000'000, 3'000'000);
  ASSERT_TRUE(answer) << answer.error().text();
  EXPECT_EQ(answer->body, "3000000/0");
}

TEST_F(BodySourceTest, one_that_ends_too_early_is_an_error) {
  SinkServer server;
  EXPECT_EQ(upload(server, 3'000'000, 1'000'000).error().code, ErrorCode::kConflict);
}

TEST_F(BodySourceTest, the_answer_to_a_body_that_is_not_wanted_is_read) {
  SinkServer server(1000);
  const auto answer = upload(server, 100'000'000, 100'000'000);
  ASSERT_TRUE(answer) << answer.error().text();
  EXPECT_EQ(answer->status, 200);
}

}  // namespace
}  // namespace axllama
