#include "runner/main_runner.h"

#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include "base/end_timeout.h"
#include "base/log.h"
#include "base/process.h"
#include "http/loop.h"
#include "http/server.h"
#include "runner/load_engine.h"
#include "runner/service.h"

namespace axllama::runner {
namespace {

constexpr std::chrono::seconds kLastWords{1};  // for answers that are on their way

void leave_at_once(int) {
  constexpr std::string_view kText = "the runner did not end in time: leaving at once\n";
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, kText.data(), kText.size());
  ::_exit(1);
}

// Ends the runner in order: nothing breaks off a call to the card, which could leave the card in
// disorder. Should that call never return, the process ends all the same when its time is over: it
// must not outlive its server for ever. An alarm, because a thread made now could get a second
// SIGTERM.
class Ending {
 public:
  Ending(Loop& loop, Service& service, HttpServer& server, bool by_hand)
      : loop_(loop), service_(service), server_(server), by_hand_(by_hand) {}

  void begin(const char* why) {
    // Who runs it by hand may insist. A server's runner gets a terminal's signals as well as its
    // server's, so there it means nothing.
    if (begun_ && by_hand_) leave_at_once(0);
    if (std::exchange(begun_, true)) return;
    log_debug(std::string("ending: ") + why);
    ::signal(SIGALRM, leave_at_once);
    ::alarm(static_cast<unsigned>(end_timeout().count()));
    start(end());
  }

 private:
  Task<void> end() {
    co_await service_.end();
    co_await server_.shutdown(kLastWords);
    loop_.stop();
  }

  Loop& loop_;
  Service& service_;
  HttpServer& server_;
  bool by_hand_;
  bool begun_ = false;
};

Task<void> watch_lifeline(Loop& loop, Ending& ending) {
  co_await loop.readable(kLifelineFd);
  ending.begin("the parent is gone");
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
  ServerLimits limits;
  limits.body_bytes *= 2;  // what the server took comes with its model's own texts
  HttpServer server(loop, [&](Exchange& exchange) { return service.handle(exchange); }, limits);
  Ending ending(loop, service, server, !options.lifeline);
  loop.on_signals({SIGTERM, SIGINT}, [&](int) { ending.begin("asked by a signal"); });
  if (options.lifeline) start(watch_lifeline(loop, ending));
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
