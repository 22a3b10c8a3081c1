#include "cli/answer.h"

#include <gtest/gtest.h>

#include <csignal>
#include <thread>

#include "cli/test_server.h"

namespace axllama::cli {
namespace {

struct Outcome {
  Result<Answer> answer;
  std::string out;
};

Outcome ask(const TestServer& server) {
  testing::internal::CaptureStdout();
  Outcome outcome{print_answer(Api(server.endpoint()), "/api/generate", "{}", {}), {}};
  std::fflush(stdout);
  outcome.out = testing::internal::GetCapturedStdout();
  return outcome;
}

// Whether `condition` comes true within ten seconds.
bool comes_true(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::yield();
  }
  return true;
}

constexpr const char* kFirst = R"({"response":"Hel","done":false})"
                               "\n";

TEST(Answer, is_printed_as_it_comes_and_returned) {
  const TestServer server(
      {{"POST /api/generate",
        {200, std::string(kFirst) + "{\"response\":\"lo\",\"done\":false}\n"
                                    "{\"response\":\"\",\"done\":true,\"eval_count\":2}\n"}}});
  const Outcome outcome = ask(server);
  EXPECT_EQ(outcome.out, "Hello");
  ASSERT_TRUE(outcome.answer);
  EXPECT_EQ(outcome.answer->content, "Hello");
  EXPECT_EQ(outcome.answer->metrics.answer_tokens, 2);
  EXPECT_FALSE(outcome.answer->stopped);
}

TEST(Answer, a_last_line_without_newline_counts) {
  const TestServer server({{"POST /api/generate", {200, R"({"response":"x","done":true})"}}});
  EXPECT_EQ(ask(server).out, "x");
}

TEST(Answer, that_breaks_off_is_an_error) {
  const TestServer server({{"POST /api/generate", {200, kFirst}}});
  EXPECT_EQ(ask(server).answer.error().message, "the answer broke off before its end");
}

TEST(Answer, an_error_line_is_the_error) {
  const TestServer server(
      {{"POST /api/generate", {200, std::string(kFirst) + "{\"error\":\"runner died\"}\n"}}});
  EXPECT_EQ(ask(server).answer.error().message, "runner died");
}

TEST(Answer, an_error_status_is_the_error) {
  const TestServer server({{"POST /api/generate", {503, R"({"error":"server busy"})"}}});
  EXPECT_EQ(ask(server).answer.error().message, "server busy");
}

TEST(Answer, ctrl_c_closes_the_connection_and_keeps_what_came) {
  TestServer server({{"POST /api/generate", {200, kFirst, true}}});
  std::thread user([&] {
    // The first piece is on its way; the signal handler is there since before the request.
    comes_true([&] { return !server.asked().empty(); });
    kill(getpid(), SIGINT);
  });
  const Outcome outcome = ask(server);
  user.join();
  ASSERT_TRUE(outcome.answer) << outcome.answer.error().message;
  EXPECT_TRUE(outcome.answer->stopped);
  EXPECT_TRUE(comes_true([&] { return server.gone() == 1; }));
}

}  // namespace
}  // namespace axllama::cli
