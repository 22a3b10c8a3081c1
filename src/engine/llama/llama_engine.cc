#include "engine/llama/llama_engine.h"

#include <fmt/format.h>
#include <llama.h>

#include <algorithm>
#include <limits>
#include <optional>

#include "engine/llama/adapter.h"
#include "engine/llama/cores.h"
#include "engine/llama/embedder.h"
#include "engine/llama/projector.h"
#include "engine/llama/slots.h"

namespace axllama {
namespace {

// Rows of one computation that give logits; a step that asks for more takes several. Bounds
// buffers of a vocabulary each.
constexpr int kMostLogits = 32;

Result<void> check(const LoadSpec& spec) {
  const auto refuse = [](const char* what, int is) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("{} of {} can't be", what, is));
  };
  const auto most_slots = static_cast<int>(llama_max_parallel_sequences());
  if (spec.context < 0) return refuse("a context", spec.context);
  if (spec.slots < 1 || spec.slots > most_slots) return refuse("a number of slots", spec.slots);
  if (spec.batch < 1) return refuse("a batch", spec.batch);
  if (spec.threads < 0 || spec.threads > GGML_MAX_N_THREADS)
    return refuse("a number of threads", spec.threads);
  return {};
}

Result<int> context_size(const LoadSpec& spec, const ModelTraits& traits) {
  if (spec.context == 0 && traits.trained_context == 0) {
    return fail(ErrorCode::kCorrupt, spec.model + " doesn't say its context length");
  }
  int context = spec.context == 0 ? traits.trained_context : spec.context;
  if (traits.trained_context > 0) context = std::min(context, traits.trained_context);
  if (context > std::numeric_limits<int>::max() / 2 / spec.slots) {
    return fail(ErrorCode::kNoMemory,
                fmt::format("{} slots of {} tokens are out of reach", spec.slots, context));
  }
  return context;
}

class LlamaEngine final : public Engine {
 public:
  LlamaEngine(Model model, Adapter adapter, std::unique_ptr<Projector> projector, ThreadPool pool,
              int threads)
      : model_(std::move(model)),
        adapter_(adapter),
        projector_(std::move(projector)),
        pool_(std::move(pool)),
        threads_(threads) {}

  Result<void> prepare(const LoadSpec& spec);

  const EngineInfo& info() const override { return info_; }
  const Vocabulary& vocabulary() const override { return *vocabulary_; }
  Result<Prompt> lay_out(std::span<const PromptPart> parts, bool add_special) const override {
    AX_CHECK(check_sees());
    return projector_->lay_out(parts, add_special);
  }
  int slots() const override { return slot_count_; }
  int length(int slot) const override { return slots_ ? slots_->length(slot) : 0; }

  int truncate(int slot, int n) override { return slots_ ? slots_->truncate(slot, n) : 0; }
  Result<void> copy(int from, int to, int n) override {
    AX_CHECK(check_generates());
    return slots_->copy(from, to, n);
  }
  Result<void> shift(int slot, int keep, int discard) override {
    AX_CHECK(check_generates());
    return slots_->shift(slot, keep, discard);
  }
  Result<uint64_t> saved_bytes(int slot, int n) override {
    AX_CHECK(check_generates());
    return slots_->saved_bytes(slot, n);
  }
  Result<SlotState> save(int slot, int n) override {
    AX_CHECK(check_generates());
    return slots_->save(slot, n);
  }
  Result<void> restore(int slot, const SlotState& state, int n) override {
    AX_CHECK(check_generates());
    return slots_->restore(slot, state, n);
  }
  Result<void> step(std::span<const Row> rows, const LogitsSink& sink,
                    std::stop_token stop) override {
    AX_CHECK(check_generates());
    return slots_->step(rows, sink, stop);
  }
  Result<void> step_image(int slot, const ImageChunk& chunk, std::stop_token stop) override {
    AX_CHECK(check_generates());
    AX_CHECK(check_sees());
    return slots_->step_image(slot, *projector_, static_cast<const ProjectorChunk&>(chunk), stop);
  }
  Result<std::vector<float>> embed(std::span<const Token> tokens, std::stop_token stop) override {
    return embedder_->embed(tokens, std::move(stop));
  }

 private:
  Result<void> check_generates() const {
    if (slots_) return {};
    return fail(ErrorCode::kUnsupported, "this is an embedding model; it can't generate");
  }
  Result<void> check_sees() const {
    if (projector_) return {};
    return fail(ErrorCode::kUnsupported, "the model was loaded without a projector for images",
                "give it one: a second FROM in its Modelfile, or --projector");
  }
  // Leaves slots_ empty for a model that keeps no cache.
  Result<void> make_slots(const LoadSpec& spec, const ModelTraits& traits);
  void set_memory(const ContextMemory& memory);

  Model model_;
  Adapter adapter_;
  std::unique_ptr<Projector> projector_;  // may be empty
  ThreadPool pool_;
  int threads_;
  std::optional<Vocabulary> vocabulary_;
  int slot_count_ = 1;
  EngineInfo info_;
  std::optional<Slots> slots_;
  std::optional<Embedder> embedder_;
};

Result<void> LlamaEngine::prepare(const LoadSpec& spec) {
  const ModelTraits traits = read_traits(model_.get());
  vocabulary_.emplace(model_.get());
  slot_count_ = spec.slots;
  info_.name = "llama";
  info_.trained_context = traits.trained_context;
  info_.embedding_size = traits.embedding_size;
  AX_TRY(info_.context, context_size(spec, traits));
  info_.chunk = std::min(spec.batch, info_.context);
  embedder_.emplace(model_.get(), adapter_.lora, pool_.get(), info_.context, threads_);
  if (!traits.names_pooling) AX_CHECK(make_slots(spec, traits));
  info_.embeds = !slots_;
  if (slots_) {
    info_.can_shift = slots_->can_shift();
    info_.restores_parts = slots_->restores_parts();
    set_memory(slots_->memory());
  } else {
    AX_CHECK(embedder_->reserve(0));
    set_memory(embedder_->memory_at_limit());
  }
  return {};
}

Result<void> LlamaEngine::make_slots(const LoadSpec& spec, const ModelTraits& traits) {
  ContextSpec context;
  context.tokens = info_.context;
  context.sequences = spec.slots;
  context.rows = info_.chunk;
  context.outputs = std::max(std::min(info_.chunk, kMostLogits), spec.slots);
  context.threads = threads_;
  context.adapter = adapter_.lora;
  AX_TRY(auto made, Context::make(model_.get(), pool_.get(), context));
  if (!made->has_memory()) return {};
  slots_.emplace(std::move(made), Slots::Limits{.slots = spec.slots,
                                                .tokens = info_.context,
                                                .rows = info_.chunk,
                                                .outputs = context.outputs,
                                                .vocabulary = vocabulary_->size(),
                                                .forgets_parts = traits.forgets_parts,
                                                .window = traits.window});
  return {};
}

void LlamaEngine::set_memory(const ContextMemory& memory) {
  const uint64_t projector = projector_ ? projector_->bytes() : 0;
  info_.memory = {
      {"CPU", memory.model + memory.cache + memory.compute + projector + adapter_.bytes}};
}

}  // namespace

Result<std::unique_ptr<Engine>> load_llama_engine(const LoadSpec& spec,
                                                  const LoadProgress& progress) {
  AX_CHECK(check(spec));
  AX_TRY(Model model, load_model(spec, progress));
  const int threads = spec.threads > 0 ? spec.threads : usable_cores();
  std::unique_ptr<Projector> projector;
  if (!spec.projector.empty()) {
    AX_TRY(projector, Projector::load(spec.projector, model.get(), threads, progress));
  }
  Adapter adapter;
  if (!spec.adapter.empty()) {
    AX_TRY(adapter, load_adapter(model.get(), spec.adapter));
  }
  AX_TRY(ThreadPool pool, make_thread_pool(threads));
  auto engine = std::make_unique<LlamaEngine>(std::move(model), adapter, std::move(projector),
                                              std::move(pool), threads);
  AX_CHECK(engine->prepare(spec));
  return engine;
}

}  // namespace axllama
