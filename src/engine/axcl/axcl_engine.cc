#include "engine/axcl/axcl_engine.h"

#include <algorithm>
#include <atomic>
#include <optional>
#include <utility>
#include <vector>

#include "axmodel/folder.h"
#include "base/format.h"
#include "base/log.h"
#include "engine/axcl/decoder.h"
#include "engine/axcl/embedding_table.h"
#include "engine/axcl/loaded_model.h"
#include "engine/axcl/plan.h"
#include "engine/axcl/prefill.h"
#include "engine/axcl/self_check.h"
#include "engine/axcl/slot_cache.h"
#include "token/vocabulary_file.h"

namespace axllama {
namespace npu {
namespace {

constexpr uint64_t kFloorBytes = 64ULL << 20;  // card memory that we leave to others

// Of the calling thread. std::thread::id won't do: the next thread may get that of one that ended.
uint64_t own_number() {
  static std::atomic<uint64_t> last = 0;
  thread_local const uint64_t own = ++last;
  return own;
}

struct Slot {
  SlotCache cache;
  int length = 0;
};

// A guess, measured on no card: a chunk reads the same weights once, computes 128 times as much,
// and brings its hidden rows over PCIe.
constexpr Costs kCosts = {.decode = 1, .chunk = 3};

class AxclEngine : public Engine {
 public:
  static Result<std::unique_ptr<Engine>> load(std::shared_ptr<const axcl::Runtime> runtime,
                                              const AxclSpec& spec, const LoadProgress& progress);
  ~AxclEngine() override;

  const EngineInfo& info() const override { return info_; }
  const Vocabulary& vocabulary() const override { return *vocabulary_; }
  int slots() const override { return static_cast<int>(slots_.size()); }
  int length(int slot) const override { return at(slot).length; }
  int truncate(int slot, int n) override;
  Result<void> copy(int from, int to, int n) override;
  Result<void> shift(int slot, int keep, int discard) override;
  Result<uint64_t> saved_bytes(int slot, int n) override;
  Result<SlotState> save(int slot, int n) override;
  Result<void> restore(int slot, const SlotState& state, int n) override;
  Result<void> step(std::span<const Row> rows, const LogitsSink& sink,
                    std::stop_token stop) override;
  Result<std::vector<float>> embed(std::span<const Token> tokens, std::stop_token stop) override;

 private:
  explicit AxclEngine(std::shared_ptr<const axcl::Runtime> runtime)
      : runtime_(std::move(runtime)) {}
  Result<void> load_parts(const AxclSpec& spec, const LoadProgress& progress);
  Result<void> open_card(std::optional<int32_t> device);
  Result<MemoryGuard> guard() const;
  Result<void> make_slots(int wanted);
  Result<void> choose_shortcuts(Shortcuts wanted);
  void fill_info();
  Result<void> bind_thread();
  Result<void> check_rows(std::span<const Row> rows) const;
  Result<void> run_slot(std::span<const Row> rows, size_t first, const LogitsSink& sink,
                        const std::stop_token& stop);
  Result<void> run_piece(const Piece& piece, std::span<const Row> rows, size_t first,
                         const LogitsSink& sink);
  Result<void> give_logits(size_t row, const LogitsSink& sink);
  const Slot& at(int slot) const { return slots_.at(static_cast<size_t>(slot)); }
  Slot& at(int slot) { return slots_.at(static_cast<size_t>(slot)); }

  // In the order in which they are made; the card's things go before the session.
  std::shared_ptr<const axcl::Runtime> runtime_;
  axmodel::ModelFolder folder_;
  std::unique_ptr<Vocabulary> vocabulary_;
  std::optional<EmbeddingTable> embeddings_;
  std::unique_ptr<axcl::Session> session_;
  uint64_t bound_ = 0;  // own_number() of the thread the session is bound to
  std::optional<LoadedModel> model_;
  std::vector<Slot> slots_;
  std::optional<HeadRunner> head_;
  std::optional<Decoder> decoder_;
  std::optional<Prefill> prefill_;
  Shortcuts shortcuts_;
  EngineInfo info_;
  HeadOutput output_;
};

Result<std::unique_ptr<Engine>> AxclEngine::load(std::shared_ptr<const axcl::Runtime> runtime,
                                                 const AxclSpec& spec,
                                                 const LoadProgress& progress) {
  std::unique_ptr<AxclEngine> engine(new AxclEngine(std::move(runtime)));
  AX_CHECK(engine->load_parts(spec, progress));
  return engine;
}

AxclEngine::~AxclEngine() {
  if (session_ == nullptr) return;
  if (const Result<void> bound = bind_thread(); !bound) log_error(bound.error().text());
}

Result<void> AxclEngine::load_parts(const AxclSpec& spec, const LoadProgress& progress) {
  AX_TRY(folder_, axmodel::describe_folder(spec.folder));
  for (const std::string& remark : folder_.remarks) log_warn(remark);
  if (folder_.tokenizer_kind == axmodel::TokenizerKind::kNone) {
    return fail(ErrorCode::kNotFound, "there is no tokenizer in " + folder_.path);
  }
  AX_TRY(
      const std::string gguf,
      vocabulary_for(folder_.tokenizer, folder_.tokenizer_kind == axmodel::TokenizerKind::kHfFolder,
                     folder_.tokenizer_type, folder_.embedding_rows, spec.cache_folder));
  AX_TRY(vocabulary_, Vocabulary::load(gguf));
  AX_TRY(EmbeddingTable table,
         EmbeddingTable::open(folder_.embeddings, folder_.embedding_rows, folder_.hidden));
  embeddings_.emplace(std::move(table));
  AX_CHECK(open_card(spec.device));
  AX_TRY(const MemoryGuard room, guard());
  AX_TRY(LoadedModel loaded, load_model(session_->call(), folder_, room, progress));
  model_.emplace(std::move(loaded));
  AX_CHECK(make_slots(spec.slots));
  AX_TRY(HeadRunner head, HeadRunner::create(session_->call(), folder_, model_->head));
  head_.emplace(std::move(head));
  AX_TRY(Decoder decoder, Decoder::create(session_->call(), folder_, *model_));
  decoder_.emplace(std::move(decoder));
  if (folder_.chunk > 0 && !folder_.chunks.empty()) {
    AX_TRY(Prefill prefill, Prefill::create(session_->call(), folder_, *model_));
    prefill_.emplace(std::move(prefill));
  }
  AX_CHECK(choose_shortcuts(spec.shortcuts));
  fill_info();
  return {};
}

Result<void> AxclEngine::open_card(std::optional<int32_t> device) {
  AX_TRY(const std::vector<int32_t> devices, runtime_->devices());
  if (devices.empty()) {
    return fail(ErrorCode::kUnavailable, "no card is connected",
                "check that `lspci` shows a device of vendor 1f4b, and the power supply");
  }
  const int32_t wanted = device.value_or(devices.front());
  if (std::ranges::find(devices, wanted) == devices.end()) {
    return fail(ErrorCode::kNotFound, "there is no card " + std::to_string(wanted));
  }
  AX_TRY(session_, axcl::Session::open(*runtime_, wanted));
  bound_ = own_number();
  return {};
}

Result<MemoryGuard> AxclEngine::guard() const {
  MemoryGuard guard{.floor = kFloorBytes,
                    .later = SlotCache::bytes(folder_) + Prefill::bytes(folder_)};
  const Result<axcl::DeviceProperties> card = axcl::properties_of(*runtime_, session_->device());
  AX_CHECK(session_->bind());  // asking may have unbound the thread
  if (card) {
    guard.free = uint64_t{card->free_cmm} * 1024;
  } else {
    log_warn("the card's memory is not guarded: " + card.error().text());
  }
  return guard;
}

// The first must fit; the others may.
Result<void> AxclEngine::make_slots(int wanted) {
  for (int i = 0; i < wanted; ++i) {
    Result<SlotCache> cache = SlotCache::create(session_->call(), folder_);
    if (!cache && i == 0) return std::unexpected(cache.error());
    if (!cache) {
      log_warn("only " + std::to_string(i) + " of " + std::to_string(wanted) +
               " slots: " + cache.error().text());
      break;
    }
    slots_.push_back({*std::move(cache), 0});
  }
  return {};
}

Result<void> AxclEngine::choose_shortcuts(Shortcuts wanted) {
  AX_TRY(const Verdict verdict, self_check(session_->call(), folder_, slots_.front().cache,
                                           *embeddings_, *decoder_, *head_, wanted));
  shortcuts_ = verdict.good;
  for (const std::string& off : verdict.off) log_warn("shortcut off: " + off);
  return {};
}

void AxclEngine::fill_info() {
  info_.name = "axcl";
  info_.context = folder_.context();
  info_.trained_context = folder_.context();
  info_.chunk = std::max(folder_.chunk, 1);
  info_.embedding_size = folder_.hidden;
  info_.can_shift = false;
  info_.embeds = false;
  const uint64_t bytes = folder_.weight_bytes + slots_.size() * SlotCache::bytes(folder_) +
                         (prefill_ ? Prefill::bytes(folder_) : 0);
  info_.memory.push_back({"AX650 " + std::to_string(session_->device()), bytes});
}

// Contexts belong to threads, and the one that loads need not be the one that runs.
Result<void> AxclEngine::bind_thread() {
  if (bound_ == own_number()) return {};
  AX_CHECK(session_->bind());
  bound_ = own_number();
  return {};
}

int AxclEngine::truncate(int slot, int n) {
  at(slot).length = std::min(at(slot).length, n);
  return at(slot).length;
}

Result<void> AxclEngine::copy(int from, int to, int n) {
  if (from != to) {
    AX_CHECK(bind_thread());
    AX_CHECK(at(to).cache.copy(session_->call(), at(from).cache, n));
  }
  at(to).length = n;
  return {};
}

Result<void> AxclEngine::shift(int, int, int) {
  return fail(ErrorCode::kUnsupported, "positions can't be moved on the NPU");
}

Result<uint64_t> AxclEngine::saved_bytes(int slot, int n) {
  if (n <= 0 || n > length(slot)) {
    return fail(ErrorCode::kInvalidArgument, "can't save " + std::to_string(n) + " tokens of " +
                                                 std::to_string(length(slot)));
  }
  return at(slot).cache.host_bytes(n);
}

Result<SlotState> AxclEngine::save(int slot, int n) {
  AX_TRY(const uint64_t bytes, saved_bytes(slot, n));
  AX_CHECK(bind_thread());
  SlotState state{n, std::vector<std::byte>(bytes)};
  AX_CHECK(at(slot).cache.download(session_->call(), state.bytes, n));
  return state;
}

Result<void> AxclEngine::restore(int slot, const SlotState& state, int n) {
  at(slot).length = 0;
  if (n <= 0 || n > std::min(state.length, info_.context) ||
      state.bytes.size() != at(slot).cache.host_bytes(state.length)) {
    return fail(ErrorCode::kInvalidArgument, "can't restore " + std::to_string(n) + " tokens of " +
                                                 std::to_string(state.length));
  }
  AX_CHECK(bind_thread());
  AX_CHECK(at(slot).cache.upload(session_->call(), state.bytes, state.length, n));
  at(slot).length = n;
  return {};
}

Result<std::vector<float>> AxclEngine::embed(std::span<const Token>, std::stop_token) {
  return fail(ErrorCode::kUnsupported, "this model gives no embeddings on the NPU",
              "use a GGUF embedding model");
}

Result<void> AxclEngine::check_rows(std::span<const Row> rows) const {
  std::vector<int> lengths;
  for (const Slot& slot : slots_) lengths.push_back(slot.length);
  for (const Row& row : rows) {
    if (row.slot < 0 || row.slot >= slots()) {
      return fail(ErrorCode::kInvalidArgument, "there is no slot " + std::to_string(row.slot));
    }
    if (row.token < 0 || row.token >= embeddings_->rows()) {
      return fail(ErrorCode::kInvalidArgument, "there is no token " + std::to_string(row.token));
    }
    if (++lengths[static_cast<size_t>(row.slot)] > info_.context) {
      return fail(ErrorCode::kInvalidArgument,
                  "the context of " + std::to_string(info_.context) + " tokens is full");
    }
  }
  return {};
}

// The NPU takes one slot at a time: runs of rows of the same slot, in the order of the batch.
Result<void> AxclEngine::step(std::span<const Row> rows, const LogitsSink& sink,
                              std::stop_token stop) {
  AX_CHECK(check_rows(rows));
  AX_CHECK(bind_thread());
  std::vector<int> before;
  for (const Slot& slot : slots_) before.push_back(slot.length);
  Result<void> done;
  for (size_t first = 0; first < rows.size() && done;) {
    size_t end = first + 1;
    while (end < rows.size() && rows[end].slot == rows[first].slot) ++end;
    done = run_slot(rows.subspan(first, end - first), first, sink, stop);
    first = end;
  }
  if (done) return {};
  for (size_t i = 0; i < slots_.size(); ++i) slots_[i].length = before[i];
  return done;
}

Result<void> AxclEngine::run_slot(std::span<const Row> rows, size_t first, const LogitsSink& sink,
                                  const std::stop_token& stop) {
  Slot& slot = at(rows.front().slot);
  const int count = static_cast<int>(rows.size());
  size_t done = 0;
  for (const Piece& piece : plan(folder_, slot.length, count, kCosts)) {
    if (stop.stop_requested()) return fail(ErrorCode::kCanceled, "request canceled");
    const auto taken = static_cast<size_t>(piece.rows);
    AX_CHECK(run_piece(piece, rows.subspan(done, taken), first + done, sink));
    slot.length += piece.rows;
    done += taken;
  }
  return {};
}

Result<void> AxclEngine::run_piece(const Piece& piece, std::span<const Row> rows, size_t first,
                                   const LogitsSink& sink) {
  const SlotCache& cache = at(rows.front().slot).cache;
  if (!piece.chunk) {
    const Row& row = rows.front();
    HeadRunner* const head = row.wants_logits ? &*head_ : nullptr;
    AX_CHECK(decoder_->run(piece, cache, embeddings_->row(row.token), shortcuts_, head));
    return row.wants_logits ? give_logits(first, sink) : Result<void>{};
  }
  std::vector<Token> tokens;
  for (const Row& row : rows) tokens.push_back(row.token);
  AX_CHECK(prefill_->run(piece, cache, tokens, *embeddings_));
  for (size_t i = 0; i < rows.size(); ++i) {
    if (!rows[i].wants_logits) continue;
    AX_CHECK(head_->bind_input(head_->input()));
    AX_CHECK(prefill_->give_row(static_cast<int>(i), head_->input()));
    AX_CHECK(head_->run());
    AX_CHECK(give_logits(first + i, sink));
  }
  return {};
}

Result<void> AxclEngine::give_logits(size_t row, const LogitsSink& sink) {
  AX_CHECK(head_->read(output_));
  // Compilers pad the head; ids past the table are no tokens.
  const auto rows = static_cast<size_t>(embeddings_->rows());
  std::span<const uint16_t> logits(output_.logits);
  if (output_.ids.empty()) logits = logits.first(std::min(logits.size(), rows));
  sink(row, {.bf16 = logits, .ids = output_.ids});
  return {};
}

}  // namespace
}  // namespace npu

Result<std::unique_ptr<Engine>> load_axcl_engine(std::shared_ptr<const axcl::Runtime> runtime,
                                                 const AxclSpec& spec,
                                                 const LoadProgress& progress) {
  return npu::AxclEngine::load(std::move(runtime), spec, progress);
}

}  // namespace axllama
