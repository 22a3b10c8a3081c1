#include "runner/service.h"

#include <array>
#include <filesystem>
#include <utility>

#include "base/log.h"
#include "base/process.h"
#include "http/channel.h"
#include "runner/prepare.h"
#include "runner/token_json.h"

namespace axllama::runner {
namespace {

HttpResponse json_answer(std::string body, int status = 200) {
  return {.status = status, .content_type = "application/json", .body = std::move(body)};
}

HttpResponse error_answer(const Error& error) {
  return json_answer(encode(error), http_status(error.code));
}

HttpResponse line_answer(std::string first) {
  return {.content_type = "application/x-ndjson", .body = std::move(first) + "\n"};
}

HttpResponse rendered_answer(const RenderedPrompt& prompt) {
  const Event text = Content{prompt.text};
  const Event end = Done{.prompt_tokens = prompt.tokens};
  return line_answer(encode(text) + "\n" + encode(end));
}

LoadSpec spec_of(const LoadRequest& request) {
  return {.model = request.model,
          .projector = request.projector,
          .adapter = request.adapter,
          .context = static_cast<int>(request.context),
          .slots = static_cast<int>(request.slots),
          .batch = static_cast<int>(request.batch),
          .threads = static_cast<int>(request.threads),
          .use_mmap = request.use_mmap,
          .device = request.device};
}

Result<void> check(const LoadRequest& request) {
  const auto within = [](int64_t value, int64_t least, int64_t most) {
    return value >= least && value <= most;
  };
  if (!within(request.context, 0, 1 << 24) || !within(request.slots, 1, 256) ||
      !within(request.batch, 1, 1 << 16) || !within(request.threads, 0, 1024) ||
      request.park_bytes < 0) {
    return fail(ErrorCode::kInvalidArgument,
                "load: context must be 0..16777216, slots 1..256, batch 1..65536, threads 0..1024, "
                "park_bytes 0 or more");
  }
  AX_CHECK(parse_device(request.device));
  return {};
}

// A template that can't be parsed is an error only when it was asked for: a model must stay usable
// for raw text whatever its own template is.
Result<std::optional<ChatTemplate>> compile_template(const Vocabulary& vocabulary,
                                                     const LoadRequest& request) {
  const bool asked = !request.template_go.empty() || !request.template_jinja.empty();
  const std::string jinja = asked ? request.template_jinja : vocabulary.chat_template();
  if (!asked && jinja.empty()) return std::nullopt;
  Result<ChatTemplate> made = request.template_go.empty()
                                  ? ChatTemplate::create(jinja, vocabulary)
                                  : ChatTemplate::create_go(request.template_go, vocabulary);
  if (made) return *std::move(made);
  if (asked) return std::unexpected(made.error());
  log_warn("the model's own chat template is not usable: " + made.error().text());
  return std::nullopt;
}

}  // namespace

Service::~Service() {
  loading_.request_stop();
  if (loading_.joinable()) loading_.join();
}

Task<void> Service::end() {
  ending_ = true;
  loading_.request_stop();
  if (state_ == State::kLoading) co_await load_over_.pop();
  chat_template_.reset();
  Channel<bool> gone(loop_);
  const std::jthread closing([worker = std::move(worker_), gone]() mutable {
    leave_signals_to_the_loop();
    worker.reset();
    gone.push(true);
  });
  co_await gone.pop();
}

Task<void> Service::handle(Exchange& exchange) {
  struct Route {
    const char* method;
    const char* path;
    Task<void> (Service::*handler)(Exchange&);
  };
  static constexpr std::array kRoutes = {
      Route{"GET", "/health", &Service::handle_health},
      Route{"POST", "/load", &Service::handle_load},
      Route{"POST", "/generate", &Service::handle_generate},
      Route{"POST", "/chat", &Service::handle_chat},
      Route{"POST", "/embed", &Service::handle_embed},
      Route{"POST", "/tokenize", &Service::handle_tokenize},
      Route{"POST", "/detokenize", &Service::handle_detokenize},
  };
  const HttpRequest& request = exchange.request();
  Error error{ErrorCode::kNotFound, "no such path: " + std::string(request.path())};
  for (const Route& route : kRoutes) {
    if (request.path() != route.path) continue;
    if (request.method == route.method) {
      co_await (this->*route.handler)(exchange);
      co_return;
    }
    error = {ErrorCode::kMethodNotAllowed, std::string(route.path) + " wants " + route.method};
  }
  co_await exchange.respond(error_answer(error));
}

const char* Service::status() const {
  static constexpr const char* kNames[] = {"empty", "loading", "ready"};
  if (ending_) return Health::kEnding;
  if (worker_ && worker_->broken()) return Health::kBroken;
  return kNames[static_cast<size_t>(state_)];
}

Task<void> Service::handle_health(Exchange& exchange) {
  Health health{.status = status(), .info = info_};
  if (worker_) {
    health.active = worker_->active();
    health.queued = worker_->queued();
    health.parked_bytes = static_cast<int64_t>(worker_->parked_bytes());
  }
  co_await exchange.respond(json_answer(encode(health)));
}

Task<Result<RunnerInfo>> Service::load(LoadRequest request, std::function<void(double)> progress,
                                       std::stop_token stop) {
  AX_CO_CHECK(check(request));
  if (ending_) co_return std::unexpected(not_ready());
  if (state_ != State::kEmpty) {
    co_return fail(ErrorCode::kConflict, state_ == State::kReady
                                             ? "a model is loaded already"
                                             : "a model is being loaded already");
  }
  state_ = State::kLoading;
  using Loaded = Result<std::unique_ptr<Engine>>;
  Channel<std::variant<float, Loaded>> channel(loop_);
  loading_ = std::jthread(
      [this, channel, stop, spec = spec_of(request)](const std::stop_token& quit) mutable {
        leave_signals_to_the_loop();
        Loaded engine = loader_(spec, [&](float share) {
          channel.push(share);
          return !quit.stop_requested() && !stop.stop_requested();
        });
        channel.push(std::move(engine));
      });
  Loaded engine = fail(ErrorCode::kCanceled, "the load was abandoned");
  while (auto message = co_await channel.pop()) {
    if (const auto* share = std::get_if<float>(&*message)) {
      progress(*share);
    } else {
      engine = std::get<Loaded>(*std::move(message));
      break;
    }
  }
  loading_.join();
  Result<RunnerInfo> info =
      engine ? accept(*std::move(engine), request) : std::unexpected(std::move(engine).error());
  state_ = info ? State::kReady : State::kEmpty;
  if (ending_) load_over_.push(true);
  co_return info;
}

// Takes a loaded engine into service.
Result<RunnerInfo> Service::accept(std::unique_ptr<Engine> engine, const LoadRequest& request) {
  const EngineInfo& has = engine->info();
  std::optional<ChatTemplate> compiled;
  if (!has.embeds) {
    AX_TRY(compiled, compile_template(engine->vocabulary(), request));
  }
  RunnerInfo info{.engine = has.name,
                  .context = has.context,
                  .trained_context = has.trained_context,
                  .slots = engine->slots(),
                  .embedding_size = has.embedding_size,
                  .embeds = has.embeds,
                  .tools = compiled && compiled->supports_tools(),
                  .thinking = compiled && compiled->supports_thinking(),
                  .has_template = compiled.has_value(),
                  .devices = has.memory,
                  .driver = has.driver,
                  .shortcuts = has.shortcuts};
  for (const DeviceMemory& memory : has.memory) {
    (memory.device == "CPU" ? info.host_bytes : info.device_bytes) += memory.bytes;
  }
  worker_ = std::make_unique<Worker>(std::move(engine), static_cast<uint64_t>(request.park_bytes));
  chat_template_ = std::move(compiled);
  info_ = info;
  return info;
}

Task<void> Service::handle_load(Exchange& exchange) {
  Result<LoadRequest> request = decode_load_request(exchange.request().body);
  if (!request) {
    co_await exchange.respond(error_answer(request.error()));
    co_return;
  }
  const LoadEvent first;
  co_await exchange.begin(line_answer(encode(first)));
  // Progress is written by its own coroutine, because a callback can't wait for the socket.
  Channel<double> shares(loop_);
  Channel<bool> written(loop_);
  const auto report = [](Exchange& to, Channel<double> from, Channel<bool> end) -> Task<void> {
    while (const auto share = co_await from.pop()) {
      const LoadEvent event{.share = *share};
      co_await to.write(encode(event) + "\n");
    }
    end.close();
  };
  start(report(exchange, shares, written));
  const auto progress = [&](double share) { shares.push(share); };
  Result<RunnerInfo> info = co_await load(*std::move(request), progress, exchange.gone());
  shares.close();
  co_await written.pop();
  LoadEvent last{.share = info ? 1.0 : 0.0};
  if (info) {
    last.ready = *info;
  } else {
    last.error = info.error();
  }
  co_await exchange.write(encode(last) + "\n");
  co_await exchange.end();
}

Prepared Service::prepared() const {
  return {worker_->vocabulary(), worker_->info(), chat_template_ ? &*chat_template_ : nullptr,
          [this](std::span<const PromptPart> parts, bool add_special) {
            return worker_->lay_out(parts, add_special);
          }};
}

Error Service::not_ready() const {
  if (ending_) return {ErrorCode::kUnavailable, "the runner is ending"};
  return {ErrorCode::kUnavailable,
          state_ == State::kLoading ? "the model is still being loaded" : "no model is loaded",
          "POST /load first"};
}

Task<void> Service::handle_generate(Exchange& exchange) {
  Result<TextRequest> request = decode_text_request(exchange.request().body);
  if (request && !worker_) request = std::unexpected(not_ready());
  Result<Job> job =
      request ? prepare_text(prepared(), *request) : Result<Job>(std::unexpected(request.error()));
  co_await stream(exchange, std::move(job));
}

Task<void> Service::handle_chat(Exchange& exchange) {
  Result<ChatRequest> request = decode_chat_request(exchange.request().body);
  if (request && !worker_) request = std::unexpected(not_ready());
  if (request && request->render_only) {
    const Result<RenderedPrompt> prompt = render_prompt(prepared(), *request);
    HttpResponse answer = prompt ? rendered_answer(*prompt) : error_answer(prompt.error());
    co_await exchange.respond(std::move(answer));
    co_return;
  }
  Result<Job> job =
      request ? prepare_chat(prepared(), *request) : Result<Job>(std::unexpected(request.error()));
  co_await stream(exchange, std::move(job));
}

// Sends a job's events as lines. The status line waits for the first event, so that a request that
// fails before it gets a real error status.
Task<void> Service::stream(Exchange& exchange, Result<Job> job) {
  if (!job) {
    co_await exchange.respond(error_answer(job.error()));
    co_return;
  }
  Channel<Event> events(loop_);
  job->stop = exchange.gone();
  job->emit = [events](Event event) mutable { events.push(std::move(event)); };
  worker_->submit(*std::move(job));
  while (const auto event = co_await events.pop()) {
    const auto* failed = std::get_if<Failed>(&*event);
    if (failed != nullptr && !exchange.started()) {
      co_await exchange.respond(error_answer(failed->error));
      co_return;
    }
    const std::string line = encode(*event);
    if (exchange.started()) {
      co_await exchange.write(line + "\n");
    } else {
      co_await exchange.begin(line_answer(line));
    }
    if (is_last(*event)) break;
  }
  co_await exchange.end();
}

Task<void> Service::handle_embed(Exchange& exchange) {
  Result<EmbedRequest> request = decode_embed_request(exchange.request().body);
  if (request && !worker_) request = std::unexpected(not_ready());
  Result<EmbedJob> job = request ? prepare_embed(prepared(), *request)
                                 : Result<EmbedJob>(std::unexpected(request.error()));
  if (!job) {
    co_await exchange.respond(error_answer(job.error()));
    co_return;
  }
  EmbedAnswer answer;
  for (const auto& tokens : job->inputs) {
    answer.prompt_tokens += static_cast<int64_t>(tokens.size());
  }
  using Vectors = Result<std::vector<std::vector<float>>>;
  Channel<Vectors> results(loop_);
  job->stop = exchange.gone();
  job->finish = [results](Vectors vectors) mutable { results.push(std::move(vectors)); };
  worker_->submit(*std::move(job));
  std::optional<Vectors> vectors = co_await results.pop();
  Result<void> usable =
      *vectors ? finish_embeddings(**vectors, *request) : std::unexpected(vectors->error());
  if (!usable) {
    co_await exchange.respond(error_answer(usable.error()));
    co_return;
  }
  answer.embeddings = **std::move(vectors);
  co_await exchange.respond(json_answer(encode(answer)));
}

Task<void> Service::handle_tokenize(Exchange& exchange) {
  Result<std::string> text = decode_text(exchange.request().body);
  if (text && !worker_) text = std::unexpected(not_ready());
  HttpResponse answer =
      text ? json_answer(encode_tokens(worker_->vocabulary().encode(*text, false, true)))
           : error_answer(text.error());
  co_await exchange.respond(std::move(answer));
}

Task<void> Service::handle_detokenize(Exchange& exchange) {
  Result<std::vector<Token>> tokens = decode_tokens(exchange.request().body);
  if (tokens && !worker_) tokens = std::unexpected(not_ready());
  if (tokens) {
    for (const Token token : *tokens) {
      if (token >= 0 && token < worker_->vocabulary().size()) continue;
      tokens = fail(ErrorCode::kInvalidArgument, "token " + std::to_string(token) +
                                                     " is not in the vocabulary of " +
                                                     std::to_string(worker_->vocabulary().size()));
      break;
    }
  }
  HttpResponse answer = tokens
                            ? json_answer(encode_text(worker_->vocabulary().decode(*tokens, true)))
                            : error_answer(tokens.error());
  co_await exchange.respond(std::move(answer));
}

}  // namespace axllama::runner
