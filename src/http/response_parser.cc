#include "http/response_parser.h"

// GCC 12 sees uninitialized values in Beast's optionals where there are none, once it inlines them.
#ifndef __clang__
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <limits>

namespace axllama {
namespace {

namespace beast = boost::beast;
using beast::string_view;
using boost::system::error_code;

constexpr std::uint32_t kHeaderBytes = 256 << 10;

bool is_interim(int status) {
  return status >= 100 && status < 200;
}

std::unexpected<Error> bad(const error_code& failed) {
  return fail(ErrorCode::kUnavailable, "the answer is no proper HTTP: " + failed.message());
}

}  // namespace

class ResponseParser::Parser final : public beast::http::basic_parser<false> {
 public:
  explicit Parser(bool to_head) {
    header_limit(kHeaderBytes);
    body_limit(std::numeric_limits<std::uint64_t>::max());  // "none" refuses every length in 1.74
    skip(to_head);
  }
  int status = 0;
  Headers headers;
  std::string body;

 private:
  void on_response_impl(int number, string_view, int, error_code&) override { status = number; }
  void on_field_impl(beast::http::field, string_view name, string_view value,
                     error_code&) override {
    if (is_header_done()) return;  // a trailer
    headers.emplace_back(std::string(name.data(), name.size()),
                         std::string(value.data(), value.size()));
  }
  void on_header_impl(error_code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  size_t on_body_impl(string_view part, error_code&) override {
    body.append(part.data(), part.size());
    return part.size();
  }
  void on_chunk_header_impl(std::uint64_t, string_view, error_code&) override {}
  size_t on_chunk_body_impl(std::uint64_t, string_view part, error_code&) override {
    body.append(part.data(), part.size());
    return part.size();
  }
  void on_finish_impl(error_code&) override {}
  void on_request_impl(beast::http::verb, string_view, string_view, int, error_code&) override {}
};

ResponseParser::ResponseParser(bool to_head)
    : to_head_(to_head), parser_(std::make_unique<Parser>(to_head)) {}
ResponseParser::~ResponseParser() = default;

Result<size_t> ResponseParser::put(std::string_view bytes) {
  for (size_t total = 0;; parser_ = std::make_unique<Parser>(to_head_)) {
    if (parser_->is_done()) return total;
    if (parser_->is_header_done()) parser_->eager(true);
    error_code failed;
    total += parser_->put({bytes.data() + total, bytes.size() - total}, failed);
    if (failed && failed != beast::http::error::need_more) return bad(failed);
    if (!parser_->is_header_done() || !is_interim(parser_->status)) return total;
  }
}

Result<void> ResponseParser::put_end() {
  if (parser_->is_done()) return {};
  error_code failed = beast::http::error::partial_message;
  if (parser_->is_header_done()) parser_->put_eof(failed);
  if (!failed) return {};
  return fail(ErrorCode::kUnavailable, "the connection was closed before the answer was complete");
}

bool ResponseParser::header_done() const {
  return parser_->is_header_done();
}
bool ResponseParser::done() const {
  return parser_->is_done();
}
int ResponseParser::status() const {
  return parser_->status;
}
const Headers& ResponseParser::headers() const {
  return parser_->headers;
}
std::string& ResponseParser::body() {
  return parser_->body;
}

}  // namespace axllama
