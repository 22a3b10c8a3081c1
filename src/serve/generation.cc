// /api/generate, /api/chat, /api/embed, /api/embeddings.
#include <algorithm>
#include <utility>

#include "base/log.h"
#include "go_template/template.h"
#include "runner/protocol.h"
#include "serve/answer.h"
#include "serve/app.h"

namespace axllama::serve {
namespace {

using SteadyClock = std::chrono::steady_clock;

class OllamaDialect : public Dialect {
 public:
  explicit OllamaDialect(ollama::AnswerWriter writer) : writer_(std::move(writer)) {}
  const char* stream_type() const override { return "application/x-ndjson"; }
  std::string line(const Event& event) override { return writer_.line(event); }
  void gather(const Event& event) override { writer_.gather(event); }
  std::string whole() override { return writer_.whole(); }
  void set_load_time(Nanoseconds time) override { writer_.set_load_time(time); }
  HttpResponse error(const Error& error) const override { return ollama_error(error); }

 private:
  ollama::AnswerWriter writer_;
};

void warn_of(const std::vector<std::string>& ignored) {
  for (const std::string& name : ignored) log_warn("invalid option provided: " + name);
}

template <class Body>
GenerateSettings settings_of(const Body& body, Options options) {
  return {.options = std::move(options),
          .format = body.format,
          .truncate = body.truncate.value_or(true),
          .shift = body.shift.value_or(true),
          .logprobs = body.logprobs,
          .top_logprobs = static_cast<int>(body.top_logprobs)};
}

// Before anything is loaded. As Ollama, which answers a template that it can't parse with 500.
Result<void> check_template(const std::optional<std::string>& text) {
  if (!text) return {};
  const auto parsed = go_template::Template::parse(*text);
  if (!parsed) return fail(ErrorCode::kInternal, parsed.error().message);
  return {};
}

// The rendered prompt, out of the runner's answer to a render-only request.
Result<std::string> rendered_prompt(std::string_view lines) {
  const std::string_view first = lines.substr(0, lines.find('\n'));
  AX_TRY(const Event event, runner::decode_event(first));
  const auto* content = std::get_if<Content>(&event);
  if (content == nullptr) return fail(ErrorCode::kInternal, "the runner rendered nothing");
  return content->text;
}

}  // namespace

App::Reply App::only_load(Exchange& exchange, ollama::AnswerWriter& writer,
                          const store::Model& model, const OptionList& options,
                          std::optional<Nanoseconds> keep_alive,
                          const std::optional<DeviceWish>& device) {
  if (keep_alive == Nanoseconds(0)) {
    const std::string key = weights_key(model);
    scheduler_.unload(key);
    for (const std::string& other : stand_ins_.others(key)) {
      scheduler_.unload(other);
    }
    co_return co_await exchange.respond(json_response(writer.loaded("unload")));
  }
  AX_CO_TRY(const Scheduler::Lease held,
            co_await lease(exchange, model, options, keep_alive, device));
  co_return co_await exchange.respond(json_response(writer.loaded("load")));
}

App::Reply App::generate(Exchange& exchange) {
  AX_CO_TRY(const ollama::GenerateBody body, ollama::read_generate(exchange.request().body));
  if (body.model.empty()) co_return fail(ErrorCode::kNotFound, not_found(body.model));
  AX_CO_TRY(const ModelPtr held, model(body.model, not_found(body.model), body.device));
  warn_of(body.ignored_options);
  const bool only_unload = body.prompt.empty() && body.keep_alive == Nanoseconds(0);
  if (!only_unload) {
    if (body.raw && (body.go_template || body.system || !body.context.empty())) {
      co_return fail(ErrorCode::kInvalidArgument,
                     "raw mode does not support template, system, or context");
    }
    AX_CO_CHECK(check_demand(*held, body.model,
                             {.verb = "generate",
                              .insert = !body.suffix.empty(),
                              .images = !body.images.empty(),
                              .think = body.think}));
    AX_CO_CHECK(check_template(body.go_template));
  }
  if (body.prompt.empty() && body.images.empty()) {
    ollama::AnswerWriter writer(ollama::AnswerWriter::Route::kGenerate, body.model,
                                SteadyClock::now());
    co_return co_await only_load(exchange, writer, *held, body.options, body.keep_alive,
                                 body.device);
  }
  if (body.raw) co_return co_await generate_text(exchange, body, *held);
  co_return co_await generate_chat(exchange, body, *held);
}

App::Reply App::generate_text(Exchange& exchange, const ollama::GenerateBody& body,
                              const store::Model& model) {
  const auto began = SteadyClock::now();
  ollama::AnswerWriter writer(ollama::AnswerWriter::Route::kGenerate, body.model, began);
  if (body.debug_render_only) {
    const int images = static_cast<int>(body.images.size());
    co_return co_await exchange.respond(json_response(writer.rendered(body.prompt, images)));
  }
  AX_CO_TRY(const Scheduler::Lease held,
            co_await lease(exchange, model, body.options, body.keep_alive, body.device));
  OllamaDialect dialect(std::move(writer));
  dialect.set_load_time(SteadyClock::now() - began);
  const TextRequest request{
      body.prompt, body.images,
      settings_of(body, resolve_options(model, body.options, settings_.context))};
  co_return co_await answer(exchange, held, "/generate", runner::encode(request), dialect,
                            body.stream);
}

App::Reply App::generate_chat(Exchange& exchange, const ollama::GenerateBody& body,
                              const store::Model& model) {
  const auto began = SteadyClock::now();
  ollama::AnswerWriter writer(ollama::AnswerWriter::Route::kGenerate, body.model, began);
  AX_CO_TRY(const Scheduler::Lease held,
            co_await lease(exchange, model, body.options, body.keep_alive, body.device));
  writer.set_load_time(SteadyClock::now() - began);

  ChatRequest request;
  const std::string& system = body.system ? *body.system : model.system;
  if (!system.empty()) request.messages.push_back({.role = "system", .content = system});
  if (body.context.empty()) {
    request.messages.insert(request.messages.end(), model.messages.begin(), model.messages.end());
  }
  request.messages.push_back({.role = "user", .content = body.prompt, .images = body.images});
  request.think = body.think;
  request.suffix = body.suffix;
  request.go_template = body.go_template.value_or("");
  request.context = body.context;
  request.want_context = true;
  request.render_only = body.debug_render_only;
  request.settings = settings_of(body, resolve_options(model, body.options, settings_.context));
  if (body.debug_render_only) {
    AX_CO_TRY(const std::string lines,
              co_await ask(exchange, held, "/chat", runner::encode(request)));
    AX_CO_TRY(const std::string prompt, rendered_prompt(lines));
    const int images = static_cast<int>(count_images(request.messages));
    co_return co_await exchange.respond(json_response(writer.rendered(prompt, images)));
  }
  OllamaDialect dialect(std::move(writer));
  co_return co_await answer(exchange, held, "/chat", runner::encode(request), dialect, body.stream);
}

App::Reply App::chat(Exchange& exchange) {
  const auto began = SteadyClock::now();
  AX_CO_TRY(ollama::ChatBody body, ollama::read_chat(exchange.request().body));
  if (body.model.empty()) co_return fail(ErrorCode::kInvalidArgument, "model is required");
  AX_CO_TRY(const ModelPtr held, model(body.model, not_found(body.model), body.device));
  warn_of(body.ignored_options);
  ollama::AnswerWriter writer(ollama::AnswerWriter::Route::kChat, body.model, began);
  if (body.messages.empty() && body.keep_alive == Nanoseconds(0)) {
    co_return co_await only_load(exchange, writer, *held, body.options, body.keep_alive,
                                 body.device);
  }
  const bool images = count_images(body.messages) > 0;
  AX_CO_CHECK(check_demand(
      *held, body.model,
      {.verb = "chat", .tools = !body.tools.empty(), .images = images, .think = body.think}));
  if (body.messages.empty()) {
    co_return co_await only_load(exchange, writer, *held, body.options, body.keep_alive,
                                 body.device);
  }
  AX_CO_TRY(const Scheduler::Lease used,
            co_await lease(exchange, *held, body.options, body.keep_alive, body.device));
  writer.set_load_time(SteadyClock::now() - began);

  ChatRequest request;
  request.messages = with_preamble(*held, std::move(body.messages));
  request.tools = std::move(body.tools);
  request.think = body.think;
  request.render_only = body.debug_render_only;
  request.settings = settings_of(body, resolve_options(*held, body.options, settings_.context));
  if (body.debug_render_only) {
    AX_CO_TRY(const std::string lines,
              co_await ask(exchange, used, "/chat", runner::encode(request)));
    AX_CO_TRY(const std::string prompt, rendered_prompt(lines));
    const int count = static_cast<int>(count_images(request.messages));
    co_return co_await exchange.respond(json_response(writer.rendered(prompt, count)));
  }
  OllamaDialect dialect(std::move(writer));
  co_return co_await answer(exchange, used, "/chat", runner::encode(request), dialect, body.stream);
}

Task<Result<EmbedAnswer>> App::embed_with(Exchange& exchange, const store::Model& model,
                                          const OptionList& options,
                                          std::optional<Nanoseconds> keep_alive,
                                          EmbedRequest request, Nanoseconds& load_time,
                                          std::optional<DeviceWish> device) {
  const auto began = SteadyClock::now();
  AX_CO_TRY(const Scheduler::Lease held,
            co_await lease(exchange, model, options, keep_alive, device));
  load_time = SteadyClock::now() - began;
  if (request.inputs.empty()) co_return EmbedAnswer{};
  AX_CO_TRY(const std::string reply,
            co_await ask(exchange, held, "/embed", runner::encode(request)));
  co_return runner::decode_embed_answer(reply);
}

App::Reply App::embed(Exchange& exchange) {
  const auto began = SteadyClock::now();
  AX_CO_TRY(ollama::EmbedBody body, ollama::read_embed(exchange.request().body));
  if (body.model.empty()) co_return fail(ErrorCode::kNotFound, not_found(body.model));
  AX_CO_TRY(const ModelPtr held, model(body.model, try_pulling(body.model), body.device));
  ollama::EmbedReply reply;
  EmbedRequest request{.inputs = std::move(body.inputs),
                       .truncate = body.truncate.value_or(true),
                       .dimensions = body.dimensions};
  AX_CO_TRY(reply.answer, co_await embed_with(exchange, *held, body.options, body.keep_alive,
                                              std::move(request), reply.load, body.device));
  reply.total = SteadyClock::now() - began;
  co_return co_await exchange.respond(json_response(ollama::write_embed(body.model, reply)));
}

App::Reply App::embeddings(Exchange& exchange) {
  AX_CO_TRY(ollama::EmbeddingsBody body, ollama::read_embeddings(exchange.request().body));
  if (body.model.empty()) co_return fail(ErrorCode::kInvalidArgument, "model is required");
  AX_CO_TRY(const ModelPtr held, model(body.model, try_pulling(body.model)));
  EmbedRequest request;
  request.normalize = false;
  if (!body.prompt.empty()) request.inputs.push_back(std::move(body.prompt));
  ollama::EmbedReply reply;
  AX_CO_TRY(reply.answer, co_await embed_with(exchange, *held, body.options, body.keep_alive,
                                              std::move(request), reply.load));
  co_return co_await exchange.respond(json_response(ollama::write_embeddings(reply)));
}

}  // namespace axllama::serve
