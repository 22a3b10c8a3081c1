// /v1/responses.
#include "api/responses.h"

#include <utility>

#include "serve/answer.h"
#include "serve/app.h"
#include "serve/chat_request.h"

namespace axllama::serve {
namespace {

// An answer that is sent whole is what the stream's last event would tell.
class ResponsesDialect : public Dialect {
 public:
  explicit ResponsesDialect(responses::AnswerWriter writer) : writer_(std::move(writer)) {}
  const char* stream_type() const override { return "text/event-stream"; }
  std::string line(const Event& event) override { return writer_.line(event); }
  void gather(const Event& event) override { writer_.line(event); }
  std::string whole() override { return writer_.whole(); }
  void set_load_time(Nanoseconds) override {}
  HttpResponse error(const Error& error) const override { return openai_error(error); }

 private:
  responses::AnswerWriter writer_;
};

}  // namespace

App::Reply App::openai_responses(Exchange& exchange) {
  AX_CO_TRY(responses::Body body, responses::read(exchange.request().body));
  if (body.model.empty()) co_return fail(ErrorCode::kInvalidArgument, "model is required");
  AX_CO_TRY(const ModelPtr held, model(body.model, not_found(body.model)));
  AX_CO_TRY(ChatRequest request, chat_request(*held, body));
  request.settings.truncate = body.truncate;
  request.settings.logprobs = body.logprobs;
  request.settings.top_logprobs = static_cast<int>(body.top_logprobs);
  ResponsesDialect dialect(
      responses::AnswerWriter(body.model, openai::new_stamp("resp_"), std::move(body.echo)));
  co_return co_await openai_answer(exchange, *held, body.options, std::move(request), dialect,
                                   body.stream);
}

}  // namespace axllama::serve
