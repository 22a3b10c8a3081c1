#include "http/exchange.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "base/log.h"
#include "http/service.h"

namespace axllama {

OpenExchange::OpenExchange(const Service& service, Transport& transport, RequestParser& parser,
                           const std::string& peer)
    : service_(service),
      transport_(transport),
      peer_(peer),
      http10_(parser.http10()),
      keep_alive_(parser.keep_alive() && parser.done()),
      request_(parser.take()) {}

Result<void> OpenExchange::go(Stage from, Stage to) {
  if (stage_ != from) {
    return fail(ErrorCode::kInternal, "the answer to " + request_.target + " is out of order");
  }
  stage_ = to;
  return {};
}

void OpenExchange::add_header(std::string name, std::string value) {
  std::ranges::replace_if(value, [](unsigned char c) { return c < 0x20 || c == 0x7F; }, ' ');
  added_.emplace_back(std::move(name), std::move(value));
}

std::string OpenExchange::head_of(HttpResponse& response, Framing framing) {
  std::ranges::move(added_, std::back_inserter(response.headers));
  added_.clear();
  if (service_.stopping || framing == Framing::kUntilClose) keep_alive_ = false;
  bodiless_ = request_.method == "HEAD" || !may_have_body(response.status);
  return response_head(response, framing, keep_alive_, http10_);
}

Task<Result<void>> OpenExchange::respond(HttpResponse response) {
  AX_CO_CHECK(go(Stage::kNew, Stage::kComplete));
  const std::string head = head_of(response, Framing::kLength);
  const std::string_view body = bodiless_ ? std::string_view() : response.body;
  const std::array<std::string_view, 2> pieces = {head, body};
  co_return co_await transport_.write(pieces, service_.limits.write_time);
}

Task<Result<void>> OpenExchange::begin(HttpResponse response) {
  AX_CO_CHECK(go(Stage::kNew, Stage::kStreaming));
  const std::string head = head_of(response, http10_ ? Framing::kUntilClose : Framing::kChunked);
  const std::string_view body = bodiless_ ? std::string_view() : response.body;
  const bool framed = !http10_ && !body.empty();
  const std::string frame = framed ? chunk_head(body.size()) : std::string();
  const std::array<std::string_view, 4> pieces = {head, frame, body,
                                                  framed ? kLineEnd : std::string_view()};
  co_return co_await transport_.write(pieces, service_.limits.write_time);
}

Task<Result<void>> OpenExchange::write(std::string_view piece) {
  AX_CO_CHECK(go(Stage::kStreaming, Stage::kStreaming));
  if (transport_.ended()) co_return fail(ErrorCode::kCanceled, "the client is gone");
  if (bodiless_ || piece.empty()) co_return Result<void>{};
  const std::string frame = http10_ ? std::string() : chunk_head(piece.size());
  const std::array<std::string_view, 3> pieces = {frame, piece,
                                                  http10_ ? std::string_view() : kLineEnd};
  co_return co_await transport_.write(pieces, service_.limits.write_time);
}

Task<Result<void>> OpenExchange::end() {
  AX_CO_CHECK(go(Stage::kStreaming, Stage::kComplete));
  if (bodiless_ || http10_) co_return Result<void>{};
  const std::array<std::string_view, 1> pieces = {kLastChunk};
  co_return co_await transport_.write(pieces, service_.limits.write_time);
}

Task<bool> OpenExchange::close() {
  if (stage_ == Stage::kNew) {
    HttpResponse page = service_.error_page(500, "the server has no answer to this request");
    const auto sent = co_await respond(std::move(page));
    co_return sent&& keep_alive_;
  }
  if (stage_ == Stage::kStreaming) {
    log_debug("an answer to " + request_.target + " was broken off");
    // Without chunks an orderly close would look like the end of the answer.
    if (http10_) transport_.reset();
    co_return false;
  }
  co_return keep_alive_ && !transport_.broken();
}

}  // namespace axllama
