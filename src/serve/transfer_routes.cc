// /api/pull and /api/push.
#include <utility>

#include "api/ollama_transfer.h"
#include "base/log.h"
#include "serve/app.h"
#include "serve/builds.h"
#include "serve/model_source.h"
#include "serve/recommended_models.h"
#include "serve/status_lines.h"
#include "store/registry_place.h"

namespace axllama::serve {
namespace {

std::string line_of(const store::TransferProgress& progress) {
  return ollama::transfer_line(progress.status, progress.digest, progress.total,
                               progress.completed);
}

// Ollama answers whatever goes wrong between hosts with 500; clients know it by its text.
Error as_ollama(Error error) {
  if (error.code != ErrorCode::kCanceled) error.code = ErrorCode::kInternal;
  return error;
}

// Until it has ended; nothing but its lines is sent.
Task<Result<void>> relay(Exchange& exchange, std::shared_ptr<Transfer> transfer, bool stream) {
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
  co_return transfer->result();
}

Task<Result<void>> follow(Exchange& exchange, std::shared_ptr<Transfer> transfer, bool stream) {
  const Result<void> result = co_await relay(exchange, std::move(transfer), stream);
  if (!result) {
    Error error = with_remedy(as_ollama(result.error()));
    if (error.code != ErrorCode::kCanceled) log_warn(error.message);
    co_return co_await end_with_error(exchange, std::move(error));
  }
  if (stream) co_return co_await exchange.end();
  co_return co_await exchange.respond(json_response(R"({"status":"success"})"));
}

Result<store::RegistryPlace> place_of(const std::string& model, bool insecure,
                                      const store::TransferSettings& settings) {
  AX_TRY(const std::string_view name, local_name(model, kRemoteModel));
  Result<store::RegistryPlace> place = store::registry_place(name, insecure, settings);
  if (!place && place.error().message == "insecure protocol http") {
    return fail(ErrorCode::kInternal, place.error().message);  // the very text that clients know
  }
  return place;
}

}  // namespace

App::Reply App::pull(Exchange& exchange) {
  AX_CO_TRY(const ollama::TransferBody body, ollama::read_pull(exchange.request().body));
  if (body.model.empty()) co_return fail(ErrorCode::kInvalidArgument, "invalid model name");
  AX_CO_TRY(const PullOrder order, pull_order(body.model, body.insecure, body.device));
  if (order.as != order.place.name) exchange.add_header("Axllama-Notice", npu_build_notice(order));
  std::shared_ptr<Transfer> transfer = transfers_.pull(order);
  co_return co_await follow(exchange, std::move(transfer), body.stream);
}

Result<PullOrder> App::pull_order(const std::string& model, bool insecure,
                                  const std::optional<DeviceWish>& device) {
  AX_TRY(const store::RegistryPlace place, place_of(model, insecure, transfers_.settings()));
  AX_TRY(const PullChoice choice, choose_pull(place.name, published_.models(),
                                              device.value_or(settings_.device), card_is_there()));
  if (choice.published == nullptr) return PullOrder{place, place.name};
  AX_TRY(store::RegistryPlace hub,
         place_of("hf.co/" + choice.published->repository + ":" + choice.published->revision,
                  insecure, transfers_.settings()));
  return PullOrder{std::move(hub), choice.as, choice.published->folder};
}

App::Reply App::bring(Exchange& exchange, const std::string& model, bool stream) {
  AX_CO_TRY(const PullOrder order, pull_order(model, false, DeviceWish{DeviceWish::Kind::kCpu}));
  std::shared_ptr<Transfer> transfer = transfers_.pull(order);
  const Result<void> result = co_await relay(exchange, std::move(transfer), stream);
  if (!result) co_return std::unexpected(as_ollama(result.error()));
  co_return Result<void>();
}

App::Reply App::published(Exchange& exchange) {
  const std::string_view asked = exchange.request().query("cards").value_or("true");
  if (asked != "true" && asked != "false")
    co_return fail(ErrorCode::kInvalidArgument, "cards must be true or false");
  std::vector<CardMemory> cards;
  if (asked == "true") cards = co_await cards_.ask();
  const auto models = published_.models();
  std::string body = catalogue_json(models, published_.source(), cards);
  co_return co_await exchange.respond(json_response(std::move(body)));
}

App::Reply App::recommended(Exchange& exchange) {
  const std::vector<CardMemory> cards = co_await cards_.ask();
  std::string body = recommendations_json(published_.models(), cards);
  co_return co_await exchange.respond(json_response(std::move(body)));
}

App::Reply App::push(Exchange& exchange) {
  AX_CO_TRY(const ollama::TransferBody body, ollama::read_push(exchange.request().body));
  if (body.model.empty()) co_return fail(ErrorCode::kInvalidArgument, "model is required");
  AX_CO_TRY(const store::RegistryPlace place,
            place_of(body.model, body.insecure, transfers_.settings()));
  std::shared_ptr<Transfer> transfer = transfers_.push(place);
  co_return co_await follow(exchange, std::move(transfer), body.stream);
}

}  // namespace axllama::serve
