#include "http/response_parser.h"

#include <gtest/gtest.h>

namespace axllama {
namespace {

struct Outcome {
  int status = 0;
  std::string body = {};
  bool complete = false;
  bool failed = false;
};

Outcome parse(std::string_view bytes, size_t step = std::string_view::npos, bool to_head = false) {
  ResponseParser parser(to_head);
  std::string inbox;
  for (;;) {
    const auto taken = parser.put(inbox);
    if (!taken) return {.body = taken.error().message, .failed = true};
    inbox.erase(0, *taken);
    if (parser.done()) break;
    if (*taken > 0) continue;
    if (bytes.empty()) {
      const bool complete = parser.put_end().has_value();
      return {parser.status(), parser.body(), complete, false};
    }
    inbox += bytes.substr(0, step);
    bytes.remove_prefix(std::min(step, bytes.size()));
  }
  return {parser.status(), parser.body(), true, false};
}

TEST(ResponseParser, chunks_become_the_body_however_they_come) {
  constexpr std::string_view kBytes =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x\r\nde\r\n0\r\n\r\n";
  for (size_t step = 1; step <= kBytes.size(); ++step) {
    const Outcome got = parse(kBytes, step);
    EXPECT_TRUE(got.complete) << step;
    EXPECT_EQ(got.body, "abcde") << step;
  }
}

TEST(ResponseParser, body_without_length_ends_with_the_connection) {
  const Outcome got = parse("HTTP/1.0 200 OK\r\n\r\nabc");
  EXPECT_TRUE(got.complete);
  EXPECT_EQ(got.body, "abc");
}

TEST(ResponseParser, body_that_ends_too_early_is_not_complete) {
  EXPECT_FALSE(parse("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc").complete);
  EXPECT_FALSE(parse("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n").complete);
  EXPECT_FALSE(parse("HTTP/1.1 200 OK\r\nContent-Le").complete);
  EXPECT_FALSE(parse("").complete);
}

TEST(ResponseParser, interim_answers_are_skipped) {
  std::string bytes;
  for (int i = 0; i < 1000; ++i) bytes += "HTTP/1.1 100 Continue\r\n\r\n";
  bytes += "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno";
  for (const size_t step : {size_t{1}, size_t{30}, std::string::npos}) {
    const Outcome got = parse(bytes, step);
    EXPECT_EQ(got.status, 404);
    EXPECT_EQ(got.body, "no");
  }
}

TEST(ResponseParser, answer_to_head_has_no_body) {
  EXPECT_TRUE(parse("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", 3, true).complete);
}

TEST(ResponseParser, what_is_no_http_is_an_error) {
  EXPECT_TRUE(parse("SSH-2.0-OpenSSH_9.2\r\n").failed);
}

}  // namespace
}  // namespace axllama
