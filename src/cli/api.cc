#include "cli/api.h"

#include <csignal>
#include <optional>
#include <stop_token>
#include <utility>

#include "base/env.h"
#include "cli/replies.h"
#include "http/client.h"
#include "http/loop.h"

namespace axllama::cli {
namespace {

constexpr std::chrono::milliseconds kTick(100);
constexpr std::chrono::milliseconds kPoll(250);

HttpRequest json_request(std::string_view method, std::string_view target, std::string body) {
  HttpRequest request{.method = std::string(method), .target = std::string(target)};
  if (!body.empty()) request.headers.emplace_back("Content-Type", "application/json");
  request.body = std::move(body);
  return request;
}

Error explain(Error error, const Endpoint& server) {
  if (error.code != ErrorCode::kUnavailable && error.code != ErrorCode::kTimeout) return error;
  return {error.code, "could not connect to axllama server at " + server.text() +
                          ", run 'axllama serve' to start it"};
}

Task<void> fetch_into(HttpClient& client, HttpRequest request, std::stop_token stop,
                      std::optional<Result<HttpResponse>>& out) {
  out = co_await client.fetch(std::move(request), stop);
}

Task<Result<void>> read_lines(HttpClient& client, HttpRequest request, std::stop_token stop,
                              const Api::Watch& watch) {
  Result<ClientStream> opened = co_await client.send(std::move(request), stop);
  if (!opened) co_return std::unexpected(explain(opened.error(), client.server()));
  ClientStream& answer = *opened;
  if (answer.status() >= 400) {
    AX_CO_TRY(const std::string body, co_await answer.read_all());
    co_return std::unexpected(read_error(answer.status(), body));
  }
  const auto notice = find_header(answer.headers(), "Axllama-Notice");
  if (notice && watch.on_notice) watch.on_notice(*notice);
  for (;;) {
    AX_CO_TRY(const std::optional<std::string> line, co_await answer.read_line());
    if (!line) co_return Result<void>();
    if (!line->empty()) AX_CO_CHECK(watch.on_line(*line));
  }
}

Task<void> read_lines_into(HttpClient& client, HttpRequest request, std::stop_token stop,
                           const Api::Watch& watch, Result<void>& out) {
  out = co_await read_lines(client, std::move(request), stop, watch);
}

Task<void> tick(Loop& loop, const std::function<void()>& on_tick, std::stop_token stop) {
  for (;;) {
    const bool whole = co_await loop.sleep(kTick, stop);  // GCC 12 breaks co_await in a while()
    if (!whole) co_return;
    on_tick();
  }
}

Task<void> poll(Loop& loop, HttpClient& client, const Api::Watch& watch, std::stop_token begun) {
  for (;;) {
    const bool whole = co_await loop.sleep(kPoll, begun);
    if (!whole) co_return;
    HttpRequest question{.target = watch.poll};
    const Result<HttpResponse> answer = co_await client.fetch(std::move(question), begun);
    if (begun.stop_requested()) co_return;
    if (answer && answer->status == 200) watch.on_poll(answer->body);
  }
}

Task<void> wait(Loop& loop, std::chrono::milliseconds time, std::stop_token stop) {
  co_await loop.sleep(time, stop);
}

}  // namespace

Api Api::from_env() {
  return Api(client_side(parse_host(env_get("OLLAMA_HOST"))));
}

Result<std::string> Api::get(std::string_view target) const {
  return send("GET", target, {});
}

Result<std::string> Api::post(std::string_view target, std::string body) const {
  return send("POST", target, std::move(body));
}

Result<std::string> Api::send(std::string_view method, std::string_view target,
                              std::string body) const {
  return fetch(json_request(method, target, std::move(body)));
}

Result<std::string> Api::upload(std::string_view target, BodySource body) const {
  return fetch({.method = "POST",
                .target = std::string(target),
                .headers = {{"Content-Type", "application/octet-stream"}},
                .source = std::make_shared<BodySource>(std::move(body))});
}

Result<std::string> Api::fetch(HttpRequest request) const {
  Loop loop;
  HttpClient client(loop, server_);
  std::optional<Result<HttpResponse>> out;
  loop.post([&] { start(fetch_into(client, std::move(request), {}, out), [&] { loop.stop(); }); });
  loop.run();
  if (!out) return fail(ErrorCode::kInternal, "the event loop ended before the answer came");
  if (!*out) return std::unexpected(explain(out->error(), server_));
  if ((*out)->status >= 400) return std::unexpected(read_error((*out)->status, (*out)->body));
  return std::move((*out)->body);
}

Result<void> Api::stream(std::string_view target, std::string body, const Watch& watch) const {
  Loop loop;
  HttpClient client(loop, server_);
  std::stop_source interrupt, end, begun;
  loop.on_signals({SIGINT}, [&](int) { interrupt.request_stop(); });
  Result<void> out = fail(ErrorCode::kInternal, "the event loop ended before the answer came");
  int running = 1 + (watch.on_tick ? 1 : 0) + (watch.on_poll ? 1 : 0);
  const auto at_end = [&] {
    end.request_stop();
    begun.request_stop();
    if (--running == 0) loop.stop();
  };
  Watch inner = watch;
  inner.on_line = [&](std::string_view line) {
    begun.request_stop();
    return watch.on_line(line);
  };
  loop.post([&] {
    if (watch.on_tick) start(tick(loop, watch.on_tick, end.get_token()), at_end);
    if (watch.on_poll) {
      start(poll(loop, client, watch, begun.get_token()), [&] {
        if (--running == 0) loop.stop();
      });
    }
    start(read_lines_into(client, json_request("POST", target, std::move(body)),
                          interrupt.get_token(), inner, out),
          at_end);
  });
  loop.run();
  return out;
}

bool Api::answers(std::chrono::milliseconds patience) const {
  Loop loop;
  HttpClient client(loop, server_);
  std::stop_source enough;
  std::optional<Result<HttpResponse>> out;
  int running = 2;
  const auto at_end = [&] {
    enough.request_stop();
    if (--running == 0) loop.stop();
  };
  loop.post([&] {
    start(wait(loop, patience, enough.get_token()), at_end);
    start(fetch_into(client, {}, enough.get_token(), out), at_end);
  });
  loop.run();
  return out && *out && (*out)->status < 400;
}

}  // namespace axllama::cli
