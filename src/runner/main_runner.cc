#include "runner/main_runner.h"

#include <signal.h>
#include <unistd.h>

#include <string>
#include <string_view>

#include "base/log.h"
#include "base/process.h"
#include "http/loop.h"
#include "http/server.h"
#include "runner/load_engine.h"
#include "runner/service.h"

namespace axllama::runner {
namespace {

// How long an orderly end may take, a device call that hangs included; in seconds.
constexpr unsigned kPatience = 5;

void leave_at_once(int) {
  constexpr std::string_view kText = "the runner did not end in time: leaving at once\n";
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, kText.data(), kText.size());
  ::_exit(1);
}

// Ends the loop, and the process itself if that does not come about in time: a runner must never
// outlive its server. An alarm, because a thread made now could get a second SIGTERM.
void end(Loop& loop, const char* why) {
  log_debug(std::string("ending: ") + why);
  ::signal(SIGALRM, leave_at_once);
  ::alarm(kPatience);
  loop.stop();
}

Task<void> watch_lifeline(Loop& loop) {
  co_await loop.readable(kLifelineFd);
  end(loop, "the parent is gone");
}

Task<void> load_at_start(Loop& loop, Service& service, LoadRequest request, int& exit_code) {
  const std::function<void(double)> unobserved = [](double) {};
  const std::stop_token never;
  const Result<RunnerInfo> info = co_await service.load(std::move(request), unobserved, never);
  if (info) {
    log_info("the model is ready: " + std::to_string(info->slots) + " slots of " +
             std::to_string(info->context) + " tokens");
    co_return;
  }
  log_error(info.error().text());
  exit_code = 1;
  loop.stop();
}

}  // namespace

int main_runner(const MainOptions& options) {
  log_configure(log_level_from_env(), "runner " + std::to_string(getpid()));
  signal(SIGPIPE, SIG_IGN);
  int exit_code = 0;
  Loop loop;
  Service service(loop, load_engine);
  HttpServer server(loop, [&](Exchange& exchange) { return service.handle(exchange); });
  loop.on_signals({SIGTERM, SIGINT}, [&](int) { end(loop, "asked by a signal"); });
  if (options.lifeline) start(watch_lifeline(loop));
  if (const Result<Endpoint> at = server.listen(options.listen); !at) {
    log_error(at.error().text());
    return 1;
  } else {
    log_debug("listening on " + at->text());
  }
  if (!options.load.model.empty()) {
    start(load_at_start(loop, service, options.load, exit_code));
  }
  loop.run();
  return exit_code;
}

}  // namespace axllama::runner
