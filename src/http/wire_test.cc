#include "http/wire.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace axllama {
namespace {

using testing::HasSubstr;
using testing::Not;

const Headers kFixedDate = {{"Date", "now"}};

TEST(Wire, head_of_a_whole_answer_has_type_and_length) {
  const HttpResponse response{.content_type = "text/plain", .headers = kFixedDate, .body = "hi"};
  EXPECT_EQ(
      response_head(response, Framing::kLength, true, false),
      "HTTP/1.1 200 OK\r\nDate: now\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\n");
}

TEST(Wire, streamed_answer_is_chunked) {
  EXPECT_EQ(
      response_head({.headers = kFixedDate}, Framing::kChunked, false, false),
      "HTTP/1.1 200 OK\r\nDate: now\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n");
}

TEST(Wire, http10_is_answered_in_its_own_version_and_told_of_keep_alive) {
  EXPECT_EQ(response_head({.headers = kFixedDate}, Framing::kLength, true, true),
            "HTTP/1.0 200 OK\r\nDate: now\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n");
}

TEST(Wire, answers_without_body_have_no_length) {
  EXPECT_THAT(response_head({.status = 204}, Framing::kLength, true, false),
              Not(HasSubstr("Content-Length")));
}

TEST(Wire, line_breaks_in_a_header_value_become_spaces) {
  const HttpResponse response{.headers = {{"X-Id", "a\r\nSet-Cookie: b"}}};
  EXPECT_THAT(response_head(response, Framing::kLength, true, false),
              HasSubstr("X-Id: a  Set-Cookie: b\r\n"));
}

TEST(Wire, handler_cannot_contradict_the_framing) {
  const HttpResponse response{
      .content_type = "a/b",
      .headers = {{"content-length", "77"}, {"Transfer-Encoding", "x"}, {"Content-Type", "c/d"}}};
  const std::string head = response_head(response, Framing::kLength, true, false);
  EXPECT_THAT(head, Not(HasSubstr("77")));
  EXPECT_THAT(head, Not(HasSubstr("Transfer-Encoding")));
  EXPECT_THAT(head, Not(HasSubstr("c/d")));
}

TEST(Wire, request_without_body_names_no_length) {
  EXPECT_EQ(request_head({.target = "/x"}, "h:1"),
            "GET /x HTTP/1.1\r\nHost: h:1\r\nConnection: close\r\n\r\n");
}

TEST(Wire, request_keeps_its_own_host_and_states_its_length) {
  const HttpRequest request{.method = "POST", .headers = {{"host", "me"}}, .body = "abc"};
  EXPECT_EQ(request_head(request, "h:1"),
            "POST / HTTP/1.1\r\nhost: me\r\nContent-Length: 3\r\nConnection: close\r\n\r\n");
}

TEST(Wire, chunk_length_is_hexadecimal) {
  EXPECT_EQ(chunk_head(26), "1a\r\n");
  EXPECT_EQ(chunk_head(1), "1\r\n");
}

TEST(Wire, reasons_are_the_registered_ones) {
  EXPECT_EQ(reason_phrase(404), "Not Found");
  EXPECT_EQ(reason_phrase(499), "Client Closed Request");
  EXPECT_EQ(reason_phrase(299), "Status");
}

TEST(Wire, date_is_in_english_and_utc) {
  EXPECT_EQ(http_date(1795439081), "Mon, 23 Nov 2026 13:04:41 GMT");
}

}  // namespace
}  // namespace axllama
