#include "http/request_parser.h"

#include <gtest/gtest.h>

namespace axllama {
namespace {

struct Outcome {
  int refused = 0;
  std::string reason = {};
  HttpRequest request = {};
  std::string rest = {};
  bool done = false;
  bool keep_alive = false;
};

// Feeds `bytes` in steps of `step`, as a connection would.
Outcome parse(std::string_view bytes, size_t step = std::string_view::npos,
              size_t header_limit = 1000, size_t body_limit = 1000) {
  const BodyRoute nowhere_else;
  RequestParser parser(header_limit, body_limit, nowhere_else);
  std::string inbox;
  while (!parser.done()) {
    const auto taken = parser.put(inbox);
    if (!taken) return {.refused = taken.error().status, .reason = taken.error().reason};
    inbox.erase(0, *taken);
    if (parser.done() || *taken > 0) continue;
    if (bytes.empty()) return {};
    inbox += bytes.substr(0, step);
    bytes.remove_prefix(std::min(step, bytes.size()));
  }
  const bool keep_alive = parser.keep_alive();
  return {.request = parser.take(),
          .rest = inbox + std::string(bytes),
          .done = true,
          .keep_alive = keep_alive};
}

std::string with(std::string_view headers, std::string_view body = "") {
  return "POST /x HTTP/1.1\r\nHost: h\r\n" + std::string(headers) + "\r\n" + std::string(body);
}

TEST(RequestParser, request_is_the_same_however_the_bytes_come) {
  const std::string bytes = with("Content-Length: 5\r\nA: b\r\n", "helloGET");
  for (size_t step = 1; step <= bytes.size(); ++step) {
    const Outcome got = parse(bytes, step);
    ASSERT_TRUE(got.done) << step;
    EXPECT_EQ(got.request.method, "POST");
    EXPECT_EQ(got.request.target, "/x");
    EXPECT_EQ(got.request.headers, (Headers{{"Host", "h"}, {"Content-Length", "5"}, {"A", "b"}}));
    EXPECT_EQ(got.request.body, "hello");
    EXPECT_EQ(got.rest, "GET");
  }
}

TEST(RequestParser, chunked_body_is_the_same_however_the_bytes_come) {
  const std::string bytes =
      with("Transfer-Encoding: chunked\r\n",
           "3\r\nabc\r\nA;x=\"y\"\r\n0123456789\r\n0\r\nHost: evil\r\n\r\nGET");
  for (size_t step = 1; step <= bytes.size(); ++step) {
    const Outcome got = parse(bytes, step);
    ASSERT_TRUE(got.done) << step;
    EXPECT_EQ(got.request.body, "abc0123456789");
    EXPECT_EQ(got.request.headers.size(), 2u) << "a trailer is no header";
    EXPECT_EQ(got.rest, "GET");
  }
}

TEST(RequestParser, what_two_parsers_could_read_differently_is_refused) {
  const std::string chunks = "0\r\n\r\n";
  const std::string cases[] = {
      with("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", chunks),
      with("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", chunks),
      with("Content-Length: 5\r\nContent-Length: 6\r\n", "hello!"),
      with("Content-Length: 5, 6\r\n", "hello!"),
      with("Content-Length: +5\r\n", "hello"),
      with("Content-Length: -5\r\n", "hello"),
      with("Content-Length: 0x5\r\n", "hello"),
      with("Content-Length: 5 5\r\n", "hello"),
      with("Content-Length: \r\n", "hello"),
      with("Content-Length: 99999999999999999999999\r\n", "hello"),
      with("Content-Length : 5\r\n", "hello"),
      with(" Content-Length: 5\r\n", "hello").replace(17, 9, ""),
      with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", chunks),
      with("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", chunks),
      "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks,
      with("Transfer-Encoding: chunked\r\n", "5\nhello\r\n0\r\n\r\n"),
      with("Transfer-Encoding: chunked\r\n", "-5\r\nhello\r\n0\r\n\r\n"),
      with("Transfer-Encoding: chunked\r\n", "5\r\nhelloX\r\n0\r\n\r\n"),
      with("Transfer-Encoding: chunked\r\n", "fffffffffffffffff\r\nhello\r\n0\r\n\r\n"),
      "GET / HTTP/1.1\nHost: h\n\n",
      "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
      "GET / HTTP/1.1\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: h\r\nA: b\rc\r\n\r\n",
      std::string("GET / HTTP/1.1\r\nHost: h\r\nA: b\0c\r\n\r\n", 35),
      "GET  / HTTP/1.1\r\nHost: h\r\n\r\n",
      "GET /a b HTTP/1.1\r\nHost: h\r\n\r\n",
      "GET other HTTP/1.1\r\nHost: h\r\n\r\n",
      "\x16\x03\x01\x02\x00\x01",
      "hello\r\n",
  };
  for (const std::string& bytes : cases) {
    EXPECT_EQ(parse(bytes).refused, 400) << bytes;
    EXPECT_FALSE(parse(bytes, 1).done) << bytes;
  }
}

TEST(RequestParser, codings_nobody_here_knows_are_501) {
  EXPECT_EQ(parse(with("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n")).refused, 501);
  EXPECT_EQ(parse(with("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n")).refused, 501);
}

TEST(RequestParser, other_versions_are_505) {
  EXPECT_EQ(parse("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").refused, 505);
}

TEST(RequestParser, header_over_its_limit_is_431_in_one_piece_or_line_by_line) {
  const std::string line = "A: " + std::string(95, 'x') + "\r\n";  // 100 bytes
  std::string lines;
  for (int i = 0; i < 12; ++i) lines += line;
  for (const size_t step : {size_t{1}, size_t{100}, std::string::npos}) {
    EXPECT_EQ(parse(with(lines), step).refused, 431) << step;
    EXPECT_TRUE(parse(with(lines), step, 2000).done) << step;
  }
  EXPECT_EQ(parse("GET /" + std::string(2000, 'x'), 7).refused, 431);
}

TEST(RequestParser, body_over_its_limit_is_413_as_soon_as_it_is_announced) {
  EXPECT_EQ(parse(with("Content-Length: 1001\r\n")).refused, 413);
  EXPECT_EQ(parse(with("Transfer-Encoding: chunked\r\n", "3e9\r\n")).refused, 413);
  std::string chunks;
  for (int i = 0; i < 11; ++i) chunks += "64\r\n" + std::string(100, 'x') + "\r\n";
  EXPECT_EQ(parse(with("Transfer-Encoding: chunked\r\n", chunks), 9).refused, 413);
  EXPECT_TRUE(parse(with("Content-Length: 1000\r\n", std::string(1000, 'x'))).done);
}

TEST(RequestParser, keep_alive_follows_version_and_connection_header) {
  EXPECT_TRUE(parse(with("")).keep_alive);
  EXPECT_FALSE(parse(with("Connection: close\r\n")).keep_alive);
  EXPECT_FALSE(parse("GET / HTTP/1.0\r\n\r\n").keep_alive);
  EXPECT_TRUE(parse("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").keep_alive);
}

TEST(RequestParser, proxy_form_of_the_target_becomes_a_path) {
  const auto target = [](const std::string& text) {
    return parse("GET " + text + " HTTP/1.1\r\nHost: h\r\n\r\n").request.target;
  };
  EXPECT_EQ(target("http://host:1/a?b"), "/a?b");
  EXPECT_EQ(target("HTTP://host"), "/");
  EXPECT_EQ(target("http://host?b"), "/?b");
  EXPECT_EQ(target("*"), "*");
}

TEST(RequestParser, empty_lines_before_a_request_are_skipped) {
  EXPECT_TRUE(parse("\r\n\r\n" + with("")).done);
  EXPECT_TRUE(parse("\r\n\r\n" + with(""), 1).done);
}

TEST(RequestParser, equal_lengths_said_twice_are_one) {
  EXPECT_EQ(parse(with("Content-Length: 5\r\nContent-Length: 5\r\n", "hello")).request.body,
            "hello");
}

}  // namespace
}  // namespace axllama
