#include "http/listening.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "http/address.h"
#include "http/server.h"
#include "http/test_kit.h"

namespace axllama {
namespace {

using namespace http_test;
using testing::EndsWith;
using testing::HasSubstr;

Task<void> answer_ok(Exchange& exchange) {
  (void)co_await exchange.respond(page("ok"));
}

// A socket path of its own for each test.
class Listening : public testing::Test {
 protected:
  Listening() {
    const testing::TestInfo& info = *testing::UnitTest::GetInstance()->current_test_info();
    path_ = std::filesystem::temp_directory_path() /
            ("axllama_http_" + std::to_string(::getpid()) + info.name()).substr(0, 60);
  }
  ~Listening() override { std::filesystem::remove(path_); }

  Endpoint endpoint() const { return {.unix_path = path_.string()}; }
  std::filesystem::path path_;
};

TEST_F(Listening, unix_socket_serves_and_belongs_to_its_owner_alone) {
  {
    TestServer server(answer_ok, {}, {}, endpoint());
    EXPECT_EQ(server.endpoint(), endpoint());
    struct stat about = {};
    ASSERT_EQ(::stat(path_.c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0777, 0600u);
    EXPECT_EQ(body_of(ask(server.endpoint(), get("/"))), "ok");
  }
  EXPECT_FALSE(std::filesystem::exists(path_)) << "the path goes with the server";
}

TEST_F(Listening, path_of_a_dead_server_is_taken_over) {
  {
    ASSERT_TRUE(listen_on(endpoint()));
  }
  ASSERT_TRUE(std::filesystem::exists(path_));
  TestServer server(answer_ok, {}, {}, endpoint());
  EXPECT_EQ(body_of(ask(server.endpoint(), get("/"))), "ok");
}

TEST_F(Listening, path_of_a_living_server_is_a_conflict) {
  TestServer server(answer_ok, {}, {}, endpoint());
  const Result<Fd> second = listen_on(endpoint());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kConflict);
  EXPECT_EQ(second.error().message,
            "listen unix " + path_.string() + ": bind: address already in use");
  EXPECT_EQ(body_of(ask(server.endpoint(), get("/"))), "ok") << "the first one is left alone";
}

TEST_F(Listening, file_in_the_way_is_not_removed) {
  std::ofstream(path_) << "precious";
  EXPECT_EQ(listen_on(endpoint()).error().code, ErrorCode::kConflict);
  EXPECT_EQ(std::filesystem::file_size(path_), 8u);
}

TEST_F(Listening, path_that_is_too_long_is_named) {
  const Result<Fd> got = listen_on({.unix_path = "/tmp/" + std::string(200, 'x')});
  EXPECT_EQ(got.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(got.error().message, HasSubstr("107 bytes"));
}

TEST_F(Listening, taken_port_is_a_conflict_in_ollamas_words) {
  TestServer server(answer_ok);
  const Result<Fd> second = listen_on(server.endpoint());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kConflict);
  EXPECT_EQ(second.error().message,
            "listen tcp 127.0.0.1:" + std::to_string(server.endpoint().port) +
                ": bind: address already in use");
  EXPECT_FALSE(second.error().hint.empty());
}

TEST_F(Listening, address_of_another_machine_is_an_io_error) {
  const Result<Fd> got = listen_on({.host = "192.0.2.1", .port = 1});
  EXPECT_EQ(got.error().code, ErrorCode::kIo);
  EXPECT_EQ(got.error().message, "listen tcp 192.0.2.1:1: bind: cannot assign requested address");
}

TEST_F(Listening, name_is_looked_up) {
  TestServer server(answer_ok, {}, {}, {.host = "localhost"});
  EXPECT_EQ(body_of(ask(server.endpoint(), get("/"))), "ok");
}

TEST_F(Listening, wildcard_listens_on_every_family) {
  TestServer server(answer_ok, {}, {}, {.host = "0.0.0.0"});
  EXPECT_NE(server.endpoint().port, 0);
  const uint16_t port = server.endpoint().port;
  EXPECT_EQ(body_of(ask({.host = "127.0.0.1", .port = port}, get("/"))), "ok");
  if (Fd(::socket(AF_INET6, SOCK_STREAM, 0))) {
    EXPECT_EQ(body_of(ask({.host = "::1", .port = port}, get("/"))), "ok");
  }
}

TEST_F(Listening, ipv4_client_of_an_ipv6_socket_is_named_by_its_ipv4_address) {
  TestServer server(
      [](Exchange& exchange) -> Task<void> {
        (void)co_await exchange.respond(page(exchange.peer()));
      },
      {}, {}, {.host = ""});
  const Endpoint here = {.host = "127.0.0.1", .port = server.endpoint().port};
  EXPECT_THAT(body_of(ask(here, get("/"))), testing::StartsWith("127.0.0.1:"));
}

TEST_F(Listening, inherited_socket_is_served) {
  LoopThread thread;
  Result<Fd> inherited = listen_on({.host = "127.0.0.1"});
  ASSERT_TRUE(inherited);
  std::optional<HttpServer> server;
  Result<Endpoint> bound;
  thread.run([&] {
    server.emplace(thread.loop(), answer_ok);
    bound = server->adopt(inherited->release());
  });
  ASSERT_TRUE(bound);
  EXPECT_EQ(body_of(ask(*bound, get("/"))), "ok");
  thread.run([&] { server.reset(); });
}

TEST_F(Listening, inherited_descriptor_that_does_not_listen_is_refused) {
  Loop loop;
  HttpServer server(loop, answer_ok);
  EXPECT_EQ(server.adopt(::socket(AF_INET, SOCK_STREAM, 0)).error().code,
            ErrorCode::kInvalidArgument);
  EXPECT_EQ(server.adopt(::open("/dev/null", O_RDONLY)).error().code, ErrorCode::kInvalidArgument);
}

TEST_F(Listening, server_out_of_descriptors_goes_on_when_there_are_some_again) {
  TestServer server(answer_ok);
  RawClient client(server.endpoint());
  EXPECT_TRUE(comes_true([&] { return server.connections() == 1; }));
  RawClient waiting(server.endpoint());  // takes its descriptor before there are none
  EXPECT_TRUE(comes_true([&] { return server.connections() == 2; }));

  const Fd next(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  rlimit before = {};
  ::getrlimit(RLIMIT_NOFILE, &before);
  const rlimit tight = {.rlim_cur = static_cast<rlim_t>(next.get()) + 1,
                        .rlim_max = before.rlim_max};
  ::setrlimit(RLIMIT_NOFILE, &tight);
  const auto address = *numeric_address(server.endpoint().host, server.endpoint().port);
  ASSERT_EQ(::connect(next.get(), address.raw(), address.size), 0);
  const std::string request = get("/");
  ASSERT_GT(::send(next.get(), request.data(), request.size(), 0), 0);
  client.send(request);
  EXPECT_EQ(body_of(client.read_answer()), "ok") << "those who are in are served";
  EXPECT_EQ(server.connections(), 2u);
  ::setrlimit(RLIMIT_NOFILE, &before);

  EXPECT_TRUE(comes_true([&] { return server.connections() == 3; }));
  std::string answer(1000, '\0');
  answer.resize(static_cast<size_t>(::recv(next.get(), answer.data(), answer.size(), 0)));
  EXPECT_THAT(answer, EndsWith("ok"));
}

}  // namespace
}  // namespace axllama
