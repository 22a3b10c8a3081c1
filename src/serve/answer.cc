#include "serve/answer.h"

#include <utility>

#include "runner/protocol.h"

namespace axllama::serve {
namespace {

constexpr size_t kLargestReply = size_t{1} << 30;  // embeddings of a long list

// The runner is gone, or what it says makes no sense: before anything was sent.
Error runner_stopped(const Error& cause) {
  if (cause.code == ErrorCode::kCanceled) return cause;
  return {ErrorCode::kInternal,
          "model runner has unexpectedly stopped, this may be due to resource limitations or an "
          "internal error, check ollama server logs for details: " +
              cause.message,
          "the next request starts a new runner"};
}

Error failed_midway(const Error& cause) {
  if (cause.code == ErrorCode::kCanceled) return cause;
  const bool gone = cause.code == ErrorCode::kUnavailable;  // the runner, not the server
  return {gone ? ErrorCode::kInternal : cause.code,
          "an error was encountered while running the model: " + cause.message};
}

// Whatever the server's side is to blame for may be a sign that the runner's device is in disorder.
void report(const Error& error, const Scheduler::Lease& lease) {
  if (http_status(error.code) >= 500) lease.report_trouble();
}

// The next event; a stream that was not opened, or ends without Done, is an error.
Task<Result<Event>> next_event(Result<ClientStream>& stream) {
  if (!stream) co_return std::unexpected(stream.error());
  Result<std::optional<std::string>> line = co_await stream->read_line();
  if (!line) co_return std::unexpected(line.error());
  if (!*line) co_return fail(ErrorCode::kUnavailable, "the runner ended its answer too early");
  co_return runner::decode_event(**line);
}

Task<Result<ClientStream>> open(Exchange& exchange, const Scheduler::Lease& lease, std::string path,
                                std::string body) {
  HttpRequest request{.method = "POST", .target = std::move(path), .body = std::move(body)};
  Result<ClientStream> stream = co_await lease.client().send(std::move(request), exchange.gone());
  if (!stream && stream.error().code == ErrorCode::kUnavailable) lease.report_broken();
  if (!stream) co_return std::unexpected(runner_stopped(stream.error()));
  if (stream->status() != 200) {
    const Result<std::string> text = co_await stream->read_all();
    Error error = runner::decode_error(stream->status(), text.value_or(""));
    report(error, lease);
    co_return std::unexpected(std::move(error));
  }
  co_return stream;
}

Task<Result<void>> send_event(Exchange& exchange, Dialect& dialect, const Event& event) {
  std::string line = dialect.line(event);
  if (line.empty()) co_return Result<void>{};
  if (exchange.started()) co_return co_await exchange.write(line);
  HttpResponse first{.content_type = dialect.stream_type(), .body = std::move(line)};
  co_return co_await exchange.begin(std::move(first));
}

// Carries the events of one run; false when it failed after something was sent, and the stream has
// said so.
Task<Result<bool>> carry(Exchange& exchange, const Scheduler::Lease& lease, std::string path,
                         std::string body, Dialect& dialect, bool stream) {
  Result<ClientStream> events = co_await open(exchange, lease, std::move(path), std::move(body));
  if (!events && !exchange.started()) co_return std::unexpected(events.error());
  for (;;) {
    Result<Event> event = co_await next_event(events);
    if (!event && event.error().code == ErrorCode::kUnavailable) lease.report_broken();
    if (!event && !exchange.started()) co_return std::unexpected(runner_stopped(event.error()));
    if (!event) event = Failed{failed_midway(event.error())};
    if (auto* failed = std::get_if<Failed>(&*event)) {
      report(failed->error, lease);
      if (!exchange.started()) co_return std::unexpected(failed->error);
      failed->error = with_remedy(failed->error);
    }
    if (stream) {
      AX_CO_CHECK(co_await send_event(exchange, dialect, *event));
    } else {
      dialect.gather(*event);
    }
    if (is_last(*event)) co_return std::holds_alternative<Done>(*event);
  }
}

}  // namespace

Task<Result<void>> answer(Exchange& exchange, const Scheduler::Lease& lease, std::string path,
                          std::string body, Dialect& dialect, bool stream) {
  std::vector<std::string> bodies;
  bodies.push_back(std::move(body));
  return answer_all(exchange, lease, std::move(path), std::move(bodies), dialect, stream);
}

Task<Result<void>> answer_all(Exchange& exchange, const Scheduler::Lease& lease, std::string path,
                              std::vector<std::string> bodies, Dialect& dialect, bool stream) {
  for (std::string& body : bodies) {
    AX_CO_TRY(const bool goes_on,
              co_await carry(exchange, lease, path, std::move(body), dialect, stream));
    if (!goes_on) break;
  }
  if (stream) co_return co_await exchange.end();
  co_return co_await exchange.respond(json_response(dialect.whole()));
}

Task<Result<std::string>> ask(Exchange& exchange, const Scheduler::Lease& lease, std::string path,
                              std::string body) {
  AX_CO_TRY(ClientStream reply, co_await open(exchange, lease, std::move(path), std::move(body)));
  Result<std::string> text = co_await reply.read_all(kLargestReply);
  if (!text) co_return std::unexpected(runner_stopped(text.error()));
  co_return text;
}

}  // namespace axllama::serve
