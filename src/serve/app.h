// The server's parts, and its routes. Loop's thread only.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "api/anthropic.h"
#include "api/ollama.h"
#include "api/openai.h"
#include "base/result.h"
#include "base/task.h"
#include "core/device.h"
#include "http/server.h"
#include "serve/cards.h"
#include "serve/catalogue.h"
#include "serve/demand.h"
#include "serve/dialect.h"
#include "serve/published_models.h"
#include "serve/scheduler.h"
#include "serve/settings.h"
#include "serve/side_work.h"
#include "serve/stand_ins.h"
#include "serve/transfers.h"

namespace axllama::serve {

class App {
 public:
  App(Loop& loop, Settings settings, Scheduler& scheduler)
      : settings_(std::move(settings)),
        scheduler_(scheduler),
        catalogue_(settings_.models, settings_.go_templates),
        transfers_(loop, catalogue_.store(), settings_.transfers),
        published_(settings_.models),
        side_(loop),
        cards_(side_) {
    catalogue_.prepare();
  }

  // Of the HTTP server: the bodies of uploads go to the store as they come.
  std::shared_ptr<BodySink> body_route(const HttpRequest& head);
  // The handler of the HTTP server: access checks, then the route.
  Task<void> handle(Exchange& exchange);
  // Answers that the HTTP server gives by itself.
  static HttpResponse error_page(int status, std::string_view reason);

 private:
  using Reply = Task<Result<void>>;  // an error is answered in the route's dialect
  struct Route;
  static const Route kRoutes[];
  bool admits(const HttpRequest& request) const;
  const Route* find_route(std::string_view method, std::string_view path, bool& path_known) const;

  Reply root(Exchange&);
  Reply version(Exchange&);
  Reply tags(Exchange&);
  Reply show(Exchange&);
  Reply ps(Exchange&);
  Reply create(Exchange&);
  Reply copy(Exchange&);
  Reply remove(Exchange&);
  Reply blob_head(Exchange&);
  Reply blob_upload(Exchange&);
  Reply pull(Exchange&);
  Reply push(Exchange&);
  Reply published(Exchange&);
  Reply recommended(Exchange&);

  // Ollama's cloud, which is always off here.
  Reply cloud_status(Exchange&);
  Reply no_account(Exchange&);
  Reply not_signed_in(Exchange&);
  Reply web_search(Exchange&);
  Reply web_fetch(Exchange&);

  Reply generate(Exchange&);
  Reply chat(Exchange&);
  Reply embed(Exchange&);
  Reply embeddings(Exchange&);

  Reply openai_models(Exchange&);
  Reply openai_model(Exchange&);
  Reply openai_chat(Exchange&);
  Reply openai_completion(Exchange&);
  Reply openai_embeddings(Exchange&);
  Reply openai_responses(Exchange&);

  Reply anthropic_messages(Exchange&);
  Reply anthropic_count(Exchange&);

  Reply generate_text(Exchange&, const ollama::GenerateBody&, const store::Model&);
  Reply generate_chat(Exchange&, const ollama::GenerateBody&, const store::Model&);
  Reply only_load(Exchange&, ollama::AnswerWriter&, const store::Model&, const OptionList&,
                  std::optional<Nanoseconds> keep_alive, const std::optional<DeviceWish>&);
  // Asks the model and answers with what it says; `options`: those of the request.
  Reply openai_answer(Exchange&, const store::Model&, const OptionList& options, ChatRequest,
                      Dialect&, bool stream, int64_t choices = 1);
  // What a body of Anthropic's asks of the model; an error when the model can't.
  Result<ChatRequest> anthropic_request(anthropic::MessagesBody& body, const store::Model&);
  Task<Result<EmbedAnswer>> embed_with(Exchange&, const store::Model&, const OptionList&,
                                       std::optional<Nanoseconds> keep_alive, EmbedRequest request,
                                       Nanoseconds& load_time,
                                       std::optional<DeviceWish> device = {});

  // Where a name is pulled from, and as what (serve/builds.h).
  Result<PullOrder> pull_order(const std::string& model, bool insecure,
                               const std::optional<DeviceWish>& device);
  // Pulls the GGUF that a new model is made from; sends its lines of progress if `stream`.
  Reply bring(Exchange&, const std::string& model, bool stream);

  using ModelPtr = std::shared_ptr<const store::Model>;
  // The build of the model that serves this request (serve/builds.h). `not_found`: the text that a
  // missing model is reported with; `device` absent: the server's own wish.
  Result<ModelPtr> model(std::string_view sent, std::string not_found,
                         const std::optional<DeviceWish>& device = {});
  Result<ModelPtr> read(const store::Manifest& manifest);
  // Whether what the recipe makes has a template. A file that can't be read has none.
  bool has_template(const store::Recipe&);
  // Waits until it is loaded. When the NPU can't and the CPU's build can stand in, the error makes
  // handle() try the request again with that; the client then finds why in a header.
  Task<Result<Scheduler::Lease>> lease(Exchange&, const store::Model&, const OptionList&,
                                       std::optional<Nanoseconds> keep_alive,
                                       std::optional<DeviceWish> device = {});

  Settings settings_;
  Scheduler& scheduler_;
  Catalogue catalogue_;
  StandIns stand_ins_;
  Transfers transfers_;
  PublishedModels published_;
  SideWork side_;
  Cards cards_;
};

}  // namespace axllama::serve
