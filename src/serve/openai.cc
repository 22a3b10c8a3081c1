// /v1/models, /v1/chat/completions, /v1/completions, /v1/embeddings.
#include <utility>

#include "http/percent.h"
#include "runner/protocol.h"
#include "serve/answer.h"
#include "serve/app.h"
#include "serve/chat_request.h"

namespace axllama::serve {
namespace {

using openai::AnswerWriter;

constexpr std::string_view kModels = "/v1/models/";

class OpenAiDialect : public Dialect {
 public:
  explicit OpenAiDialect(AnswerWriter writer) : writer_(std::move(writer)) {}
  const char* stream_type() const override { return "text/event-stream"; }
  std::string line(const Event& event) override { return writer_.line(event); }
  void gather(const Event& event) override { writer_.gather(event); }
  std::string whole() override { return writer_.whole(); }
  void set_load_time(Nanoseconds) override {}
  HttpResponse error(const Error& error) const override { return openai_error(error); }

 private:
  AnswerWriter writer_;
};

openai::ModelRow row_of(std::string id, const store::Manifest& manifest) {
  return {std::move(id), manifest.modified, manifest.name.space};
}

template <class Body>
void take_logit_fields(const Body& body, GenerateSettings& settings) {
  settings.logprobs = body.logprobs;
  settings.top_logprobs = static_cast<int>(body.top_logprobs);
  settings.logit_bias = body.logit_bias;
}

}  // namespace

HttpResponse openai_error(const Error& error) {
  return json_response(openai::error_body(error), http_status(error.code));
}

App::Reply App::openai_models(Exchange& exchange) {
  AX_CO_TRY(const std::vector<store::Manifest> manifests, catalogue_.store().list());
  std::vector<openai::ModelRow> rows;
  for (const store::Manifest& manifest : manifests) {
    rows.push_back(row_of(manifest.name.short_text(), manifest));
  }
  co_return co_await exchange.respond(json_response(openai::write_models(rows)));
}

App::Reply App::openai_model(Exchange& exchange) {
  const std::string id = percent_decode(exchange.request().path().substr(kModels.size()));
  AX_CO_TRY(const store::Name name, store::Name::parse(id));
  const Result<store::Manifest> manifest = catalogue_.find(id);
  if (!manifest && manifest.error().code == ErrorCode::kNotFound) {
    co_return fail(ErrorCode::kNotFound, not_found(name.short_text()));
  }
  if (!manifest) co_return std::unexpected(manifest.error());
  co_return co_await exchange.respond(json_response(openai::write_model(row_of(id, *manifest))));
}

App::Reply App::openai_chat(Exchange& exchange) {
  AX_CO_TRY(openai::ChatBody body, openai::read_chat(exchange.request().body));
  if (body.model.empty()) co_return fail(ErrorCode::kInvalidArgument, "model is required");
  AX_CO_TRY(const ModelPtr held, model(body.model, not_found(body.model)));
  AX_CO_TRY(ChatRequest request, chat_request(*held, body));
  take_logit_fields(body, request.settings);
  OpenAiDialect dialect(AnswerWriter(AnswerWriter::Route::kChat, body.model,
                                     openai::new_stamp("chatcmpl-"), body.include_usage,
                                     body.choices));
  co_return co_await openai_answer(exchange, *held, body.options, std::move(request), dialect,
                                   body.stream, body.choices);
}

App::Reply App::openai_completion(Exchange& exchange) {
  AX_CO_TRY(openai::CompletionBody body, openai::read_completion(exchange.request().body));
  if (body.model.empty()) co_return fail(ErrorCode::kNotFound, not_found(body.model));
  AX_CO_TRY(const ModelPtr held, model(body.model, not_found(body.model)));
  const Demand demand{.verb = "generate", .insert = !body.suffix.empty()};
  AX_CO_CHECK(check_demand(*held, body.model, demand));

  Message question{.role = "user", .content = std::move(body.prompt)};
  std::vector<Message> messages;
  messages.push_back(std::move(question));
  ChatRequest request;
  request.messages = with_preamble(*held, std::move(messages));
  request.suffix = std::move(body.suffix);
  take_logit_fields(body, request.settings);
  OpenAiDialect dialect(AnswerWriter(AnswerWriter::Route::kCompletion, body.model,
                                     openai::new_stamp("cmpl-"), body.include_usage, body.choices));
  co_return co_await openai_answer(exchange, *held, body.options, std::move(request), dialect,
                                   body.stream, body.choices);
}

// Each choice is a request of its own, with a seed of its own.
App::Reply App::openai_answer(Exchange& exchange, const store::Model& model,
                              const OptionList& options, ChatRequest request, Dialect& dialect,
                              bool stream, int64_t choices) {
  const OptionList requested = with_openai_defaults(model, options);
  AX_CO_TRY(const Scheduler::Lease held, co_await lease(exchange, model, requested, std::nullopt));
  request.settings.options = resolve_options(model, requested, settings_.context);
  std::vector<std::string> bodies;
  for (int64_t i = 0; i < choices; ++i) {
    bodies.push_back(runner::encode(request));
    if (request.settings.options.seed >= 0) ++request.settings.options.seed;
  }
  co_return co_await answer_all(exchange, held, "/chat", std::move(bodies), dialect, stream);
}

App::Reply App::openai_embeddings(Exchange& exchange) {
  AX_CO_TRY(openai::EmbeddingsBody body, openai::read_embeddings(exchange.request().body));
  if (body.model.empty()) co_return fail(ErrorCode::kNotFound, not_found(body.model));
  AX_CO_TRY(const ModelPtr held, model(body.model, try_pulling(body.model)));
  EmbedRequest request{.inputs = std::move(body.inputs), .dimensions = body.dimensions};
  Nanoseconds load_time{0};
  AX_CO_TRY(const EmbedAnswer embeddings,
            co_await embed_with(exchange, *held, OptionList(), std::nullopt, std::move(request),
                                load_time));
  co_return co_await exchange.respond(
      json_response(openai::write_embeddings(body.model, embeddings, body.base64)));
}

}  // namespace axllama::serve
