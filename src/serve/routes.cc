#include <unistd.h>

#include <array>

#include "base/log.h"
#include "serve/access.h"
#include "serve/app.h"

namespace axllama::serve {
namespace {

constexpr const char* kJson = "application/json; charset=utf-8";

std::string machine_name() {
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

HttpResponse bodiless(int status, Headers headers) {
  return {.status = status, .headers = std::move(headers)};
}

HttpResponse plain(int status, std::string text) {
  return {.status = status, .content_type = "text/plain; charset=utf-8", .body = std::move(text)};
}

}  // namespace

HttpResponse json_response(std::string body, int status) {
  return {.status = status, .content_type = kJson, .body = std::move(body)};
}

Error with_remedy(Error error) {
  if (http_status(error.code) >= 500) error.message = error.text();
  error.hint.clear();
  return error;
}

HttpResponse ollama_error(const Error& error) {
  return json_response(ollama::error_body(error.message), http_status(error.code));
}

HttpResponse App::error_page(int status, std::string_view reason) {
  return json_response(ollama::error_body(reason), status);
}

struct App::Route {
  const char* method;  // GET stands for HEAD too
  const char* path;    // ending in '/': everything below
  Reply (App::*handler)(Exchange&);
  HttpResponse (*error)(const Error&) = ollama_error;  // how its errors look
};

const App::Route App::kRoutes[] = {
    {"GET", "/", &App::root},
    {"GET", "/api/version", &App::version},
    {"GET", "/api/tags", &App::tags},
    {"GET", "/api/ps", &App::ps},
    {"POST", "/api/show", &App::show},
    {"POST", "/api/generate", &App::generate},
    {"POST", "/api/chat", &App::chat},
    {"POST", "/api/embed", &App::embed},
    {"POST", "/api/embeddings", &App::embeddings},
    {"POST", "/api/create", &App::create},
    {"POST", "/api/copy", &App::copy},
    {"DELETE", "/api/delete", &App::remove},
    {"POST", "/api/pull", &App::pull},
    {"POST", "/api/push", &App::push},
    {"GET", "/api/catalogue", &App::published},
    {"GET", "/api/status", &App::cloud_status},
    {"POST", "/api/me", &App::no_account},
    {"POST", "/api/signout", &App::not_signed_in},
    {"DELETE", "/api/user/keys/", &App::not_signed_in},
    {"GET", "/api/experimental/model-recommendations", &App::recommended},
    {"POST", "/api/experimental/web_search", &App::web_search},
    {"POST", "/api/experimental/web_fetch", &App::web_fetch},
    {"HEAD", "/api/blobs/", &App::blob_head},
    {"POST", "/api/blobs/", &App::blob_upload},
    {"GET", "/v1/models", &App::openai_models, openai_error},
    {"GET", "/v1/models/", &App::openai_model, openai_error},
    {"POST", "/v1/chat/completions", &App::openai_chat, openai_error},
    {"POST", "/v1/completions", &App::openai_completion, openai_error},
    {"POST", "/v1/embeddings", &App::openai_embeddings, openai_error},
    {"POST", "/v1/responses", &App::openai_responses, openai_error},
    {"POST", "/v1/messages", &App::anthropic_messages, anthropic_error},
    {"POST", "/v1/messages/count_tokens", &App::anthropic_count, anthropic_error},
};

const App::Route* App::find_route(std::string_view method, std::string_view path,
                                  bool& path_known) const {
  for (const Route& route : kRoutes) {
    const std::string_view pattern = route.path;
    const bool below = pattern.size() > 1 && pattern.ends_with('/') && path.starts_with(pattern) &&
                       path.size() > pattern.size();
    if (path != pattern && !below) continue;
    path_known = true;
    const std::string_view wants = route.method;
    if (method == wants || (method == "HEAD" && wants == "GET")) return &route;
  }
  return nullptr;
}

bool App::admits(const HttpRequest& request) const {
  const std::string host(find_header(request.headers, "Host").value_or(""));
  const std::string origin(find_header(request.headers, "Origin").value_or(""));
  if ((!is_loopback(settings_.listen) || host_allowed(host, machine_name())) &&
      origin_allowed(origin, host, settings_.origins)) {
    return true;
  }
  log_debug("refused a request for host '" + host + "' from origin '" + origin + "'");
  return false;
}

Task<void> App::handle(Exchange& exchange) {
  const HttpRequest& request = exchange.request();
  const std::string origin(find_header(request.headers, "Origin").value_or(""));
  const bool preflight = request.method == "OPTIONS";
  if (!admits(request)) {
    co_await exchange.respond(bodiless(403, Headers()));
    co_return;
  }
  if (preflight && !origin.empty()) {
    co_await exchange.respond(bodiless(204, preflight_headers(origin, settings_.origins)));
    co_return;
  }
  for (auto& [name, value] : cors_headers(origin, settings_.origins)) {
    exchange.add_header(name, value);
  }
  bool path_known = false;
  const Route* route = find_route(request.method, request.path(), path_known);
  if (route == nullptr) {
    HttpResponse unknown =
        path_known ? plain(405, "405 method not allowed") : plain(404, "404 page not found");
    co_await exchange.respond(std::move(unknown));
    co_return;
  }
  Result<void> done = co_await (this->*route->handler)(exchange);
  const bool again = stand_ins_.takes_over(&exchange);
  if (!done && again && !exchange.started()) done = co_await (this->*route->handler)(exchange);
  if (done) co_return;
  const Error& error = done.error();
  if (error.code != ErrorCode::kCanceled && http_status(error.code) >= 500) {
    log_error(request.method + " " + std::string(request.path()) + ": " + error.text());
  }
  if (!exchange.started()) co_await exchange.respond(route->error(with_remedy(error)));
}

App::Reply App::root(Exchange& exchange) {
  co_return co_await exchange.respond(plain(200, "Ollama is running"));
}

}  // namespace axllama::serve
