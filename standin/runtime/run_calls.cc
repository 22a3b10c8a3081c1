// Runs, blocking and on streams.
#include <memory>
#include <optional>

#include "standin/runtime/durations.h"
#include "standin/runtime/engine_calls.h"
#include "standin/runtime/model.h"
#include "standin/runtime/run_model.h"

namespace axllama::standin {
namespace {

// A run that is ready to happen: holds what it needs.
struct Run {
  std::shared_ptr<Card> card;
  std::shared_ptr<Model> model;
  std::shared_ptr<const Settings> settings;
  axcl::EngineContext context = 0;
  uint32_t group = 0;
  Bindings bindings;
  bool times_out = false;

  Code operator()() const {
    if (times_out) return code(Sub::kEngine, Err::kTimeout);
    if (!model || context > model->contexts) return kEngineFailed;
    return run_model(*card, *model, group, bindings, *settings);
  }
  Cost cost() const {
    if (!model || group >= model->container->groups.size()) return {};
    return model->program->cost(group);
  }
};

// For this process's death in the middle.
class Running {
 public:
  explicit Running(Card& card) : card_(card) { card_.ledger().begin_run(card_.index()); }
  ~Running() { card_.ledger().end_run(card_.index()); }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

 private:
  Card& card_;
};

Run make_run(const Call& call, const std::shared_ptr<Card>& card, axcl::ModelId id,
             axcl::EngineContext context, uint32_t group, Io& io) {
  Run run{card, nullptr, call.shared_settings(), context, group, io.bindings(group)};
  run.times_out = call.runtime().faults.run_times_out(call.settings());
  const std::scoped_lock lock(card->engine_mutex);
  const auto model = card->models.find(id);
  if (model != card->models.end()) run.model = model->second;
  return run;
}

Code check_arguments(const Call& call, axcl::ModelId id, axcl::EngineContext context,
                     axcl::Io handle, std::shared_ptr<Io>& io) {
  if (id == 0 || context == 0) return kEngineParam;
  if (handle == nullptr) return kEngineNull;
  io = call.runtime().ios.find(handle);
  return io ? kOk : kEngineParam;
}

}  // namespace

Code execute(Call& call, axcl::ModelId id, axcl::EngineContext context, uint32_t group,
             axcl::Io handle) {
  std::shared_ptr<Io> io;
  if (const Code code = check_arguments(call, id, context, handle, io); code != kOk) return code;
  std::shared_ptr<Card> card;
  if (const Code asked = ask_engine(call, card); asked != kOk) return asked;
  const Run run = make_run(call, card, id, context, group, *io);
  call.runtime().counters.execute(false);
  const Running running(*card);
  const std::scoped_lock lock(card->run_mutex);
  const Code done = run();
  call.answered(&card->npu, blocking_run_time(call.settings(), run.cost()));
  return done;
}

Code execute_async(Call& call, axcl::ModelId id, axcl::EngineContext context, uint32_t group,
                   axcl::Io handle, axcl::Stream stream_handle) {
  if (!call.settings().async) return kPlainUnsupported;
  std::shared_ptr<Io> io;
  if (const Code code = check_arguments(call, id, context, handle, io); code != kOk) return code;
  std::shared_ptr<Stream> stream;
  if (stream_handle == nullptr) {
    const auto current = call.context();
    if (!current) return kNoContext;
    stream = current->default_stream();
  } else {
    stream = call.session() ? call.session()->streams.find(stream_handle) : nullptr;
    if (!stream) return kStreamNull;
  }
  const std::shared_ptr<Card>& card = stream->card();
  if (const Code sent = call.send_to_engine(*card); sent != kOk) return sent;
  Run run = make_run(call, card, id, context, group, *io);
  call.runtime().counters.execute(true);
  const WorkTime time{&card->npu, run_time(call.settings(), run.cost())};
  // Goes with the work, and so only when the card's time for it is over.
  const auto running = std::make_shared<std::optional<Running>>();
  stream->submit(
      [run = std::move(run), running] {
        running->emplace(*run.card);
        const std::scoped_lock lock(run.card->run_mutex);
        return run();
      },
      time);
  call.submitted();
  return kOk;
}

}  // namespace axllama::standin
