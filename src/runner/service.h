// The runner's routes: loads one model, and turns requests into jobs and events into lines.
// Everything runs on the loop's thread, except the load itself.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <thread>

#include "base/task.h"
#include "http/channel.h"
#include "http/loop.h"
#include "http/server.h"
#include "runner/prepare.h"
#include "runner/protocol.h"
#include "runner/worker.h"

namespace axllama::runner {

// Makes an engine; engine/llama's loader in the program, a fake in tests.
using EngineLoader =
    std::function<Result<std::unique_ptr<Engine>>(const LoadSpec&, const LoadProgress&)>;

class Service {
 public:
  Service(Loop& loop, EngineLoader loader)
      : loop_(loop), loader_(std::move(loader)), load_over_(loop) {}
  // Waits for a load that runs (it is told to stop) and cancels all jobs.
  ~Service();

  // The same while the loop goes on and GET /health is answered: how others see that a call to the
  // device, which nothing can break off, is all that keeps this process. To be called once.
  Task<void> end();

  // The handler of the runner's HTTP server.
  Task<void> handle(Exchange& exchange);
  // Loads a model; progress goes to `progress` on the loop's thread. kConflict when one is loaded
  // or being loaded.
  Task<Result<RunnerInfo>> load(LoadRequest request, std::function<void(double)> progress,
                                std::stop_token stop);

 private:
  enum class State { kEmpty, kLoading, kReady };

  Task<void> handle_health(Exchange& exchange);
  Task<void> handle_load(Exchange& exchange);
  Task<void> handle_generate(Exchange& exchange);
  Task<void> handle_chat(Exchange& exchange);
  Task<void> handle_embed(Exchange& exchange);
  Task<void> handle_tokenize(Exchange& exchange);
  Task<void> handle_detokenize(Exchange& exchange);
  Task<void> stream(Exchange& exchange, Result<Job> job);
  const char* status() const;
  Result<RunnerInfo> accept(std::unique_ptr<Engine> engine, const LoadRequest& request);
  Prepared prepared() const;
  Error not_ready() const;

  Loop& loop_;
  EngineLoader loader_;
  State state_ = State::kEmpty;
  std::optional<RunnerInfo> info_;
  std::unique_ptr<Worker> worker_;
  std::optional<ChatTemplate> chat_template_;  // refers to the worker's vocabulary
  std::jthread loading_;
  bool ending_ = false;
  Channel<bool> load_over_;  // told when a load ends after ending_ was set
};

}  // namespace axllama::runner
