#include "serve/main_serve.h"

#include <signal.h>

#include <cstdio>

#include "base/format.h"
#include "base/log.h"
#include "serve/app.h"
#include "serve/version.h"
#include "store/prune.h"

namespace axllama::serve {
namespace {

constexpr std::chrono::seconds kShutdownPatience{2};

Task<void> shut_down(Loop& loop, HttpServer& server, Scheduler& scheduler) {
  log_info("shutting down");
  co_await server.shutdown(kShutdownPatience);
  co_await scheduler.shutdown();
  loop.stop();
}

// What no model needs goes, as it does when Ollama starts.
void prune_store(const Settings& settings) {
  if (settings.keep_unused) return;
  const Result<store::Pruned> pruned = store::prune(store::Store(settings.models));
  if (!pruned) {
    log_warn("nothing is cleared away in " + settings.models.string() + ": " +
             pruned.error().text());
  } else if (pruned->blobs > 0) {
    log_info("cleared away " + std::to_string(pruned->blobs) + " unused blobs, " +
             format_bytes(pruned->bytes));
  }
}

// The server can't start: said as a command says it, for the person who typed `serve`.
int give_up(const Error& error) {
  std::fprintf(stderr, "Error: %s\n", error.text().c_str());
  return 1;
}

}  // namespace

int main_serve() {
  log_configure(log_level_from_env(), "serve");
  signal(SIGPIPE, SIG_IGN);
  const Settings settings = settings_from_env();
  Loop loop;
  Result<RunnerFactory> runners = process_runners(loop, settings.runtime_dir);
  if (!runners) {
    return give_up(runners.error());
  }
  Scheduler scheduler(loop, *std::move(runners),
                      {.keep_alive = settings.keep_alive,
                       .load_timeout = settings.load_timeout,
                       .max_queue = settings.max_queue});
  prune_store(settings);
  App app(loop, settings, scheduler);
  HttpServer server(
      loop, [&](Exchange& exchange) { return app.handle(exchange); }, {}, App::error_page,
      [&](const HttpRequest& head) { return app.body_route(head); });
  const Result<Endpoint> at = server.listen(settings.listen);
  if (!at) {
    return give_up(at.error());
  }
  log_info("axllama " + std::string(kOwnVersion) + " listens on " + at->text() + ", models in " +
           settings.models.string());
  bool ending = false;
  loop.on_signals({SIGINT, SIGTERM}, [&](int) {
    if (std::exchange(ending, true)) {
      loop.stop();  // asked twice: at once
    } else {
      start(shut_down(loop, server, scheduler));
    }
  });
  loop.run();
  return 0;
}

}  // namespace axllama::serve
