// The routes of Ollama's cloud, which is always off here: /api/status, me, signout, user/keys and
// experimental/*.
#include <string>

#include "serve/app.h"
#include "serve/model_source.h"

namespace axllama::serve {
namespace {

constexpr int kUnauthorized = 401;

Result<void> refuse(const Exchange& exchange, std::string_view operation) {
  constexpr std::string_view kSpace = " \t\r\n";
  if (exchange.request().body.find_first_not_of(kSpace) == std::string::npos) {
    return fail(ErrorCode::kInvalidArgument, "missing request body");
  }
  return cloud_disabled(operation);
}

}  // namespace

App::Reply App::cloud_status(Exchange& exchange) {
  const std::string source = settings_.no_cloud ? "env" : "none";
  std::string body = R"({"cloud":{"disabled":true,"source":")" + source + "\"}}";
  co_return co_await exchange.respond(json_response(std::move(body)));
}

App::Reply App::no_account(Exchange& exchange) {
  co_return co_await exchange.respond(
      json_response(ollama::error_body("unauthorized"), kUnauthorized));
}

App::Reply App::not_signed_in(Exchange& exchange) {
  co_return co_await exchange.respond(
      json_response(ollama::error_body("you are not currently signed in"), kUnauthorized));
}

App::Reply App::web_search(Exchange& exchange) {
  co_return refuse(exchange, "web search is unavailable");
}

App::Reply App::web_fetch(Exchange& exchange) {
  co_return refuse(exchange, "web fetch is unavailable");
}

}  // namespace axllama::serve
