// /v1/messages, /v1/messages/count_tokens.
#include "api/anthropic.h"

#include <utility>

#include "runner/protocol.h"
#include "serve/answer.h"
#include "serve/app.h"
#include "serve/chat_request.h"

namespace axllama::serve {
namespace {

class AnthropicDialect : public Dialect {
 public:
  explicit AnthropicDialect(anthropic::AnswerWriter writer) : writer_(std::move(writer)) {}
  const char* stream_type() const override { return "text/event-stream"; }
  std::string line(const Event& event) override { return writer_.line(event); }
  void gather(const Event& event) override { writer_.gather(event); }
  std::string whole() override { return writer_.whole(); }
  void set_load_time(Nanoseconds) override {}
  HttpResponse error(const Error& error) const override { return anthropic_error(error); }

 private:
  anthropic::AnswerWriter writer_;
};

// The length of the prompt, out of the runner's answer to a render-only request.
Result<int64_t> prompt_tokens(std::string_view lines) {
  const size_t first = lines.find('\n');
  if (first == std::string_view::npos) {
    return fail(ErrorCode::kInternal, "the runner rendered nothing");
  }
  const std::string_view second = lines.substr(first + 1);
  AX_TRY(const Event event, runner::decode_event(second.substr(0, second.find('\n'))));
  const auto* done = std::get_if<Done>(&event);
  if (done == nullptr) return fail(ErrorCode::kInternal, "the runner counted nothing");
  return done->prompt_tokens;
}

}  // namespace

HttpResponse anthropic_error(const Error& error) {
  const std::string id = anthropic::new_id("req_");
  HttpResponse response = json_response(anthropic::error_body(error, id), http_status(error.code));
  response.headers.emplace_back("request-id", id);
  return response;
}

// A model that can't think is not asked to; clients ask everyone.
Result<ChatRequest> App::anthropic_request(anthropic::MessagesBody& body,
                                           const store::Model& model) {
  if (!has_capability(model, capability::kThinking)) body.think.reset();
  AX_TRY(ChatRequest request, chat_request(model, body));
  request.settings.options = resolve_options(model, body.options, settings_.context);
  return request;
}

App::Reply App::anthropic_messages(Exchange& exchange) {
  AX_CO_TRY(anthropic::MessagesBody body, anthropic::read_messages(exchange.request().body));
  AX_CO_TRY(const ModelPtr held, model(body.model, not_found(body.model)));
  AX_CO_TRY(const ChatRequest request, anthropic_request(body, *held));
  AX_CO_TRY(const Scheduler::Lease used,
            co_await lease(exchange, *held, body.options, std::nullopt));
  AnthropicDialect dialect(
      anthropic::AnswerWriter(body.model, anthropic::new_id("msg_"), std::move(body.stops)));
  co_return co_await answer(exchange, used, "/chat", runner::encode(request), dialect, body.stream);
}

App::Reply App::anthropic_count(Exchange& exchange) {
  AX_CO_TRY(anthropic::MessagesBody body, anthropic::read_count(exchange.request().body));
  AX_CO_TRY(const ModelPtr held, model(body.model, not_found(body.model)));
  AX_CO_TRY(ChatRequest request, anthropic_request(body, *held));
  request.render_only = true;
  request.settings.truncate = false;
  AX_CO_TRY(const Scheduler::Lease used,
            co_await lease(exchange, *held, body.options, std::nullopt));
  AX_CO_TRY(const std::string lines,
            co_await ask(exchange, used, "/chat", runner::encode(request)));
  AX_CO_TRY(const int64_t tokens, prompt_tokens(lines));
  co_return co_await exchange.respond(json_response(anthropic::count_body(tokens)));
}

}  // namespace axllama::serve
