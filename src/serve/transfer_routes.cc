// /api/pull and /api/push.
#include <utility>

#include "api/ollama_transfer.h"
#include "base/log.h"
#include "serve/app.h"
#include "store/registry_place.h"

namespace axllama::serve {
namespace {

std::string line_of(const store::TransferProgress& progress) {
  return ollama::transfer_line(progress.status, progress.digest, progress.total,
                               progress.completed);
}

Task<Result<void>> send_line(Exchange& exchange, std::string line) {
  if (exchange.started()) co_return co_await exchange.write(line);
  HttpResponse first{.content_type = "application/x-ndjson", .body = std::move(line)};
  co_return co_await exchange.begin(std::move(first));
}

// Ollama answers whatever goes wrong between hosts with 500; clients know it by its text.
Error as_ollama(Error error) {
  if (error.code != ErrorCode::kCanceled) error.code = ErrorCode::kInternal;
  return error;
}

std::string message_of(const Error& error) {
  return error.hint.empty() ? error.message : error.message + " (" + error.hint + ")";
}

Task<Result<void>> follow(Exchange& exchange, std::shared_ptr<Transfer> transfer, bool stream) {
  const std::stop_callback on_gone(exchange.gone(), [transfer] { transfer->stop(); });
  for (;;) {
    const std::optional<store::TransferProgress> progress = co_await transfer->next();
    if (!progress) break;
    if (!stream) continue;
    std::string line = line_of(*progress);
    const Result<void> sent = co_await send_line(exchange, std::move(line));
    if (sent) continue;
    transfer->stop();
    co_return sent;
  }
  const Result<void> result = transfer->result();
  if (!result) {
    const Error error = as_ollama(result.error());
    if (error.code != ErrorCode::kCanceled) log_warn(message_of(error));
    if (!exchange.started()) co_return fail(error.code, message_of(error));
    std::string line = ollama::error_body(message_of(error)) + "\n";
    AX_CO_CHECK(co_await exchange.write(line));
    co_return co_await exchange.end();
  }
  if (stream) co_return co_await exchange.end();
  co_return co_await exchange.respond(json_response(R"({"status":"success"})"));
}

Result<store::RegistryPlace> place_of(const ollama::TransferBody& body,
                                      const store::TransferSettings& settings) {
  Result<store::RegistryPlace> place = store::registry_place(body.model, body.insecure, settings);
  if (!place && place.error().message == "insecure protocol http") {
    return std::unexpected(as_ollama(place.error()));
  }
  return place;
}

}  // namespace

App::Reply App::pull(Exchange& exchange) {
  AX_CO_TRY(const ollama::TransferBody body, ollama::read_pull(exchange.request().body));
  if (body.model.empty()) co_return fail(ErrorCode::kInvalidArgument, "invalid model name");
  AX_CO_TRY(const store::RegistryPlace place, place_of(body, transfers_.settings()));
  std::shared_ptr<Transfer> transfer = transfers_.pull(place);
  co_return co_await follow(exchange, std::move(transfer), body.stream);
}

App::Reply App::push(Exchange& exchange) {
  AX_CO_TRY(const ollama::TransferBody body, ollama::read_push(exchange.request().body));
  if (body.model.empty()) co_return fail(ErrorCode::kInvalidArgument, "model is required");
  AX_CO_TRY(const store::RegistryPlace place, place_of(body, transfers_.settings()));
  std::shared_ptr<Transfer> transfer = transfers_.push(place);
  co_return co_await follow(exchange, std::move(transfer), body.stream);
}

}  // namespace axllama::serve
