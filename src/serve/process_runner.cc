#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <utility>

#include "base/duration.h"
#include "base/end_timeout.h"
#include "base/log.h"
#include "base/process.h"
#include "serve/runner_handle.h"

namespace axllama::serve {
namespace {

using namespace std::chrono_literals;

constexpr auto kStartPatience = 20s;  // until a new process listens
constexpr auto kStartPoll = 2ms;
constexpr auto kEndPatience = 5s;     // until a runner that ends is asked how it is
constexpr auto kEndPoll = 1s;         // and then again
constexpr auto kAnswerPatience = 5s;  // for its answer
constexpr const char* kDied =
    "model runner has unexpectedly stopped, this may be due to resource limitations or an internal "
    "error, check ollama server logs for details";

// A folder of this process's own for sockets.
class SocketDir {
 public:
  static Result<std::shared_ptr<SocketDir>> create(const std::filesystem::path& parent) {
    std::string path = (parent / "axllama-XXXXXX").string();
    if (mkdtemp(path.data()) == nullptr) {
      return std::unexpected(errno_error("can't make a folder for the runners' sockets", path));
    }
    return std::make_shared<SocketDir>(path);
  }
  explicit SocketDir(std::filesystem::path path) : path_(std::move(path)) {}
  SocketDir(const SocketDir&) = delete;
  SocketDir& operator=(const SocketDir&) = delete;
  ~SocketDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::filesystem::path next() { return path_ / ("runner-" + std::to_string(++count_) + ".sock"); }

 private:
  std::filesystem::path path_;
  int count_ = 0;
};

// Gives `late` its sign after `time`, unless `in_time` is asked before.
Task<void> ask_to_stop_after(Loop& loop, std::chrono::nanoseconds time, std::stop_source late,
                             std::stop_token in_time) {
  const bool whole = co_await loop.sleep(time, in_time);
  if (whole) late.request_stop();
}

class ProcessRunner : public RunnerHandle {
 public:
  ProcessRunner(Loop& loop, std::shared_ptr<SocketDir> dir)
      : state_(std::make_shared<State>(loop, std::move(dir))) {}
  ~ProcessRunner() override { state_->quit.request_stop(); }

  Task<Result<runner::RunnerInfo>> load(const runner::LoadRequest& request,
                                        std::function<void(double)> progress,
                                        std::stop_token stop) override;
  HttpClient client() const override {
    return {state_->loop, Endpoint{.unix_path = state_->socket}};
  }
  void on_end(std::function<void(std::string)> action) override {
    state_->at_end = std::move(action);
    if (state_->gone && state_->at_end) std::exchange(state_->at_end, {})(state_->how);
  }
  Task<bool> answers(std::stop_token stop) override;
  Task<void> end() override;

 private:
  // shared with the coroutine that watches the process
  struct State {
    State(Loop& on, std::shared_ptr<SocketDir> in)
        : loop(on), dir(std::move(in)), socket(dir->next()) {}
    Loop& loop;
    std::shared_ptr<SocketDir> dir;  // shared by all runners of the server
    std::string socket;
    std::optional<Child> child;
    bool gone = false;
    std::string how;
    std::stop_source ended;  // asked to stop when the process has ended
    std::stop_source quit;   // asked to stop when the handle is destroyed
    std::function<void(std::string)> at_end;
  };

  static Task<void> watch(std::shared_ptr<State> state);
  Result<void> spawn();
  Task<Result<void>> wait_until_listening(std::stop_token stop);
  Task<Result<runner::RunnerInfo>> read_progress(ClientStream stream,
                                                 std::function<void(double)> progress);
  static Task<bool> still_answers(std::shared_ptr<State> state);
  static Task<void> end_child(std::shared_ptr<State> state);
  Error died() const { return {ErrorCode::kUnavailable, kDied + (": " + state_->how)}; }

  std::shared_ptr<State> state_;
};

Task<void> ProcessRunner::watch(std::shared_ptr<State> state) {
  co_await state->loop.readable(state->child->pidfd(), state->quit.get_token());
  const std::optional<ExitStatus> status = state->child->poll();
  if (!status) co_return;
  state->gone = true;
  state->how = status->text();
  state->ended.request_stop();
  if (state->at_end) std::exchange(state->at_end, {})(state->how);
}

Result<void> ProcessRunner::spawn() {
  AX_TRY(const std::filesystem::path program, own_path());
  AX_TRY(Child child, Child::spawn({program.string(), "runner", "--listen",
                                    "unix:" + state_->socket, "--lifeline"}));
  log_debug("runner " + std::to_string(child.pid()) + " started");
  state_->child.emplace(std::move(child));
  start(watch(state_));
  return {};
}

Task<Result<void>> ProcessRunner::wait_until_listening(std::stop_token stop) {
  const auto deadline = std::chrono::steady_clock::now() + kStartPatience;
  for (;;) {
    HttpRequest question{.target = "/health"};
    const Result<HttpResponse> health = co_await client().fetch(std::move(question), stop);
    if (health) co_return Result<void>{};
    if (state_->gone) co_return std::unexpected(died());
    if (stop.stop_requested()) co_return fail(ErrorCode::kCanceled, "request canceled");
    if (std::chrono::steady_clock::now() > deadline) {
      co_return fail(ErrorCode::kTimeout, "timed out waiting for the model runner to start");
    }
    co_await state_->loop.sleep(kStartPoll, stop);
  }
}

Task<Result<runner::RunnerInfo>> ProcessRunner::read_progress(
    ClientStream stream, std::function<void(double)> progress) {
  for (;;) {
    Result<std::optional<std::string>> line = co_await stream.read_line();
    if (!line) co_return std::unexpected(line.error());
    if (!*line) co_return std::unexpected(died());
    AX_CO_TRY(runner::LoadEvent event, runner::decode_load_event(**line));
    if (event.error) co_return std::unexpected(*event.error);
    if (event.ready) co_return *event.ready;
    progress(event.share);
  }
}

Task<Result<runner::RunnerInfo>> ProcessRunner::load(const runner::LoadRequest& request,
                                                     std::function<void(double)> progress,
                                                     std::stop_token stop) {
  AX_CO_CHECK(spawn());
  std::stop_source either;
  const std::stop_callback on_stop(stop, [&] { either.request_stop(); });
  const std::stop_callback on_death(state_->ended.get_token(), [&] { either.request_stop(); });
  Result<runner::RunnerInfo> info = std::unexpected(Error{});
  if (Result<void> listening = co_await wait_until_listening(either.get_token()); !listening) {
    info = std::unexpected(listening.error());
  } else {
    HttpRequest order{.method = "POST", .target = "/load", .body = encode(request)};
    Result<ClientStream> stream = co_await client().send(std::move(order), either.get_token());
    if (!stream) {
      info = std::unexpected(stream.error());
    } else {
      info = co_await read_progress(*std::move(stream), std::move(progress));
    }
  }
  if (!info && info.error().code == ErrorCode::kUnavailable) {
    // The connection ends before the process does: wait for how that ends.
    co_await state_->loop.sleep(kEndPoll, either.get_token());
  }
  if (!info && state_->gone) co_return std::unexpected(died());
  if (!info && stop.stop_requested()) co_return fail(ErrorCode::kCanceled, "request canceled");
  co_return info;
}

Task<bool> ProcessRunner::answers(std::stop_token stop) {
  HttpRequest question{.target = "/health"};
  const Result<HttpResponse> answer = co_await client().fetch(std::move(question), stop);
  if (!answer) co_return answer.error().code == ErrorCode::kCanceled;
  const Result<runner::Health> health = runner::decode_health(answer->body);
  if (!health) co_return false;
  co_return health->status != runner::Health::kBroken && health->status != runner::Health::kEnding;
}

Task<bool> ProcessRunner::still_answers(std::shared_ptr<State> state) {
  std::stop_source late, answered;
  start(ask_to_stop_after(state->loop, kAnswerPatience, late, answered.get_token()));
  HttpClient client(state->loop, Endpoint{.unix_path = state->socket});
  HttpRequest question{.target = "/health"};
  const Result<HttpResponse> health = co_await client.fetch(std::move(question), late.get_token());
  answered.request_stop();
  co_return health.has_value();
}

Task<void> ProcessRunner::end() {
  const std::shared_ptr<State> state = state_;
  if (!state->child || state->gone) co_return;
  state->child->cut_lifeline();
  state->child->signal(SIGTERM);
  co_await end_child(state);
}

Task<void> ProcessRunner::end_child(std::shared_ptr<State> state) {
  const auto limit = std::chrono::steady_clock::now() + end_timeout();
  const std::string name = "runner " + std::to_string(state->child->pid());
  std::string why = " does not end, nor does it answer";
  bool told = false;
  co_await state->loop.sleep(std::min<Nanoseconds>(kEndPatience, end_timeout()),
                             state->ended.get_token());
  while (!state->gone) {
    const bool answers = co_await still_answers(state);
    if (state->gone) co_return;
    const bool over = std::chrono::steady_clock::now() >= limit;
    if (over) why = " does not end, though it answers: its time is over";
    if (!answers || over) {
      // It may have closed its socket just now, as the last thing it does.
      co_await state->loop.sleep(kEndPoll, state->ended.get_token());
      break;
    }
    if (!std::exchange(told, true)) {
      log_warn(name + " still answers, but waits for its device: giving it " +
               format_duration(end_timeout()) + " to end");
    }
    co_await state->loop.sleep(kEndPoll, state->ended.get_token());
  }
  if (state->gone) co_return;
  log_warn(name + why + ": killing it");
  state->child->signal(SIGKILL);
  co_await state->loop.sleep(kEndPatience, state->ended.get_token());
}

}  // namespace

Result<RunnerFactory> process_runners(Loop& loop, const std::filesystem::path& runtime_dir) {
  AX_TRY(std::shared_ptr<SocketDir> dir, SocketDir::create(runtime_dir));
  return [&loop, dir] { return std::make_unique<ProcessRunner>(loop, dir); };
}

}  // namespace axllama::serve
