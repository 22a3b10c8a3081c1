#include "http/client.h"

#include <array>
#include <functional>
#include <utility>

#include "http/connect.h"
#include "http/response_parser.h"
#include "http/transport.h"
#include "http/wire.h"

namespace axllama {
namespace {

constexpr size_t kAheadBytes = 512 << 10;  // more than the parser's longest header
constexpr size_t kLineBytes = 64 << 20;
constexpr std::chrono::hours kForEver(24 * 365);

}  // namespace

struct ClientStream::State {
  State(Transport connected, bool to_head, std::stop_token token, std::string name)
      : transport(std::move(connected)),
        parser(to_head),
        stop(std::move(token)),
        on_stop(stop, transport.closer()),
        server(std::move(name)) {}

  Transport transport;
  ResponseParser parser;
  std::stop_token stop;
  std::stop_callback<std::function<void()>> on_stop;
  std::string server;
  size_t searched = 0;  // bytes of the body in which no line ends

  Task<Result<void>> send(const HttpRequest& request, const std::string& head);
  // Takes in more of the answer: what is there, else what comes next.
  Task<Result<void>> more();
  Result<void> at_end();
  std::optional<std::string> take_line();
  std::string take_rest() { return std::exchange(parser.body(), {}); }
};

Task<Result<void>> ClientStream::State::more() {
  if (stop.stop_requested()) co_return fail(ErrorCode::kCanceled, "canceled");
  AX_CO_TRY(const size_t taken, parser.put(transport.unread()));
  transport.consume(taken);
  if (taken > 0 || parser.done()) co_return Result<void>{};
  if (transport.full())
    co_return fail(ErrorCode::kUnavailable, server + " sends an endless header");
  const auto wake = co_await transport.arrival(Transport::kNever);
  if (wake == Transport::Wake::kEnded) co_return at_end();
  co_return Result<void>{};
}

Result<void> ClientStream::State::at_end() {
  if (stop.stop_requested()) return fail(ErrorCode::kCanceled, "canceled");
  if (!transport.broken()) {
    if (auto complete = parser.put_end()) return complete;
  }
  return fail(ErrorCode::kUnavailable,
              "the connection to " + server + " ended before the answer was complete");
}

std::optional<std::string> ClientStream::State::take_line() {
  std::string& body = parser.body();
  const size_t end = body.find('\n', searched);
  if (end == std::string::npos) {
    searched = body.size();
    return std::nullopt;
  }
  std::string line = body.substr(0, end);
  body.erase(0, end + 1);
  searched = 0;
  return line;
}

// The request's head and body. What the other end says when it wants no more is still to be read.
Task<Result<void>> ClientStream::State::send(const HttpRequest& request, const std::string& head) {
  const std::array<std::string_view, 2> pieces = {head, request.body};
  Result<void> sent = co_await transport.write(pieces, kForEver);
  if (!sent || !request.source) co_return Result<void>();
  for (uint64_t left = request.source->size; left > 0;) {
    AX_CO_TRY(const std::string piece, request.source->next());
    if (piece.empty() || piece.size() > left)
      co_return fail(ErrorCode::kConflict, "what is sent was changed meanwhile");
    left -= piece.size();
    const std::array<std::string_view, 1> next = {piece};
    sent = co_await transport.write(next, kForEver);
    if (!sent) break;
  }
  co_return Result<void>();
}

ClientStream::ClientStream(std::unique_ptr<State> state) : state_(std::move(state)) {}
ClientStream::ClientStream(ClientStream&&) noexcept = default;
ClientStream& ClientStream::operator=(ClientStream&&) noexcept = default;
ClientStream::~ClientStream() = default;

int ClientStream::status() const {
  return state_->parser.status();
}
const Headers& ClientStream::headers() const {
  return state_->parser.headers();
}

Task<Result<std::optional<std::string>>> ClientStream::read_line() {
  using Line = std::optional<std::string>;
  State& state = *state_;
  for (;;) {
    if (state.stop.stop_requested()) co_return fail(ErrorCode::kCanceled, "canceled");
    if (Line line = state.take_line()) co_return line;
    if (state.parser.done()) {
      std::string rest = state.take_rest();
      co_return rest.empty() ? Line() : Line(std::move(rest));
    }
    if (state.parser.body().size() > kLineBytes) {
      co_return fail(ErrorCode::kTooLarge, "a line of the answer is longer than 64 MiB");
    }
    const Result<void> came = co_await state.more();
    if (!came) co_return std::unexpected(came.error());
  }
}

Task<Result<std::string>> ClientStream::read_all(size_t limit) {
  State& state = *state_;
  while (!state.parser.done()) {
    const Result<void> came = co_await state.more();
    if (!came) co_return std::unexpected(came.error());
    if (state.parser.body().size() > limit) break;
  }
  if (state.parser.body().size() > limit) {
    co_return fail(ErrorCode::kTooLarge,
                   "the answer is longer than " + std::to_string(limit) + " bytes");
  }
  co_return state.take_rest();
}

Task<Result<ClientStream>> HttpClient::send(HttpRequest request, std::stop_token stop,
                                            std::chrono::milliseconds connect_time) {
  const Endpoint server = server_;
  const auto deadline = std::chrono::steady_clock::now() + connect_time;
  Result<Transport> connected = co_await connect(loop_, server, kAheadBytes, deadline, stop);
  if (!connected) co_return std::unexpected(connected.error());
  auto state = std::make_unique<ClientStream::State>(*std::move(connected),
                                                     request.method == "HEAD", stop, server.text());
  const std::string head = request_head(request, server.is_unix() ? "localhost" : server.text());
  const Result<void> given = co_await state->send(request, head);
  if (!given) co_return std::unexpected(given.error());
  while (!state->parser.header_done()) {
    const Result<void> came = co_await state->more();
    if (!came) co_return std::unexpected(came.error());
  }
  co_return ClientStream(std::move(state));
}

Task<Result<HttpResponse>> HttpClient::fetch(HttpRequest request, std::stop_token stop) {
  Result<ClientStream> stream = co_await send(std::move(request), stop);
  if (!stream) co_return std::unexpected(stream.error());
  Result<std::string> body = co_await stream->read_all();
  if (!body) co_return std::unexpected(body.error());
  HttpResponse response{.status = stream->status(), .headers = stream->headers()};
  const auto type = find_header(response.headers, "content-type");
  if (type) response.content_type = *type;
  response.body = *std::move(body);
  co_return response;
}

}  // namespace axllama
