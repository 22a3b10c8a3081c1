#include "engine/axcl/axcl_engine.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "axcl/version.h"
#include "axmodel/folder.h"
#include "base/log.h"
#include "engine/axcl/batch.h"
#include "engine/axcl/embedder.h"
#include "engine/axcl/load_replicas.h"
#include "engine/axcl/slot_homes.h"
#include "token/vocabulary_file.h"

namespace axllama {
namespace npu {
namespace {

// A guess, measured on no card: a chunk reads the same weights once, computes 128 times as much,
// and brings its hidden rows over PCIe.
constexpr Costs kCosts = {.decode = 1, .chunk = 3};

std::unexpected<Error> no_images() {
  return fail(ErrorCode::kUnsupported, "models that are compiled for the NPU take no images",
              "use a GGUF build with a projector on the CPU: --device cpu");
}

class AxclEngine : public Engine {
 public:
  static Result<std::unique_ptr<Engine>> load(std::shared_ptr<const axcl::Runtime> runtime,
                                              const AxclSpec& spec, const LoadProgress& progress);

  const EngineInfo& info() const override { return info_; }
  const Vocabulary& vocabulary() const override { return *vocabulary_; }
  Result<Prompt> lay_out(std::span<const PromptPart>, bool) const override { return no_images(); }
  int slots() const override { return static_cast<int>(homes_.size()); }
  int length(int slot) const override { return lengths_.at(static_cast<size_t>(slot)); }
  int truncate(int slot, int n) override;
  Result<void> copy(int from, int to, int n) override;
  Result<void> shift(int slot, int keep, int discard) override;
  Result<uint64_t> saved_bytes(int slot, int n) override;
  Result<SlotState> save(int slot, int n) override;
  Result<void> restore(int slot, const SlotState& state, int n) override;
  Result<void> step(std::span<const Row> rows, const LogitsSink& sink,
                    std::stop_token stop) override;
  Result<void> step_image(int, const ImageChunk&, std::stop_token) override { return no_images(); }
  Result<std::vector<float>> embed(std::span<const Token> tokens, std::stop_token stop) override;

 private:
  explicit AxclEngine(std::shared_ptr<const axcl::Runtime> runtime)
      : runtime_(std::move(runtime)) {}
  Result<void> load_parts(const AxclSpec& spec, const LoadProgress& progress);
  Result<void> read_folder(const AxclSpec& spec);
  void number_slots();
  void fill_info();
  Result<void> copy_between(const SlotHome& from, const SlotHome& to, int n);
  Result<void> run(Step& step, const LogitsSink& sink);
  void give_logits(size_t row, const HeadOutput& output, const LogitsSink& sink) const;
  Result<void> embed_piece(const Piece& piece, std::span<const Token> tokens, int first,
                           const HiddenSink& sink);
  const SlotHome& home(int slot) const { return homes_.at(static_cast<size_t>(slot)); }
  Replica& replica_of(int slot) { return *replicas_[home(slot).replica]; }
  // Of n tokens' keys, or values, in one layer.
  size_t row_bytes(int n) const {
    return static_cast<size_t>(n) * static_cast<size_t>(folder_.kv_size) * 2;
  }

  // In the order in which they are made.
  std::shared_ptr<const axcl::Runtime> runtime_;
  axmodel::ModelFolder folder_;
  std::unique_ptr<Vocabulary> vocabulary_;
  std::optional<EmbeddingTable> embeddings_;
  std::vector<std::unique_ptr<Replica>> replicas_;
  std::vector<SlotHome> homes_;  // by slot
  std::vector<int> lengths_;     // by slot
  EngineInfo info_;
};

Result<std::unique_ptr<Engine>> AxclEngine::load(std::shared_ptr<const axcl::Runtime> runtime,
                                                 const AxclSpec& spec,
                                                 const LoadProgress& progress) {
  std::unique_ptr<AxclEngine> engine(new AxclEngine(std::move(runtime)));
  AX_CHECK(engine->load_parts(spec, progress));
  return engine;
}

Result<void> AxclEngine::load_parts(const AxclSpec& spec, const LoadProgress& progress) {
  AX_CHECK(read_folder(spec));
  info_.driver = runtime_->version();
  const std::string remark = axcl::version_remark(info_.driver);
  if (!remark.empty()) log_warn(remark);
  AX_TRY(LoadedReplicas loaded, load_replicas(*runtime_, folder_, *embeddings_, spec, progress));
  replicas_ = std::move(loaded.replicas);
  info_.shortcuts = std::move(loaded.shortcuts);
  number_slots();
  fill_info();
  return {};
}

Result<void> AxclEngine::read_folder(const AxclSpec& spec) {
  AX_TRY(folder_, axmodel::describe_folder(spec.folder));
  for (const std::string& remark : folder_.remarks) log_warn(remark);
  if (folder_.tokenizer_kind == axmodel::TokenizerKind::kNone) {
    return fail(ErrorCode::kNotFound, "there is no tokenizer in " + folder_.path);
  }
  AX_TRY(
      const std::string gguf,
      vocabulary_for(folder_.tokenizer, folder_.tokenizer_kind == axmodel::TokenizerKind::kHfFolder,
                     folder_.tokenizer_type, folder_.embedding_rows, spec.cache_folder,
                     folder_.closing_token));
  AX_TRY(vocabulary_, Vocabulary::load(gguf));
  AX_TRY(EmbeddingTable table,
         EmbeddingTable::open(folder_.embeddings, folder_.embedding_rows, folder_.hidden));
  embeddings_.emplace(std::move(table));
  return {};
}

void AxclEngine::number_slots() {
  std::vector<int> slots;
  for (const auto& replica : replicas_) slots.push_back(replica->slots());
  homes_ = slot_homes(slots);
  lengths_.assign(homes_.size(), 0);
}

void AxclEngine::fill_info() {
  info_.name = "axcl";
  info_.context = folder_.context();
  info_.trained_context = folder_.context();
  info_.chunk = std::max(folder_.chunk, 1);
  info_.embedding_size = folder_.hidden;
  info_.can_shift = false;
  info_.embeds = folder_.is_embedding;
  for (const auto& replica : replicas_) {
    for (size_t stage = 0; stage < replica->stages(); ++stage) {
      info_.memory.push_back(
          {"AX650 " + std::to_string(replica->card(stage).device()), replica->bytes(stage)});
    }
  }
}

int AxclEngine::truncate(int slot, int n) {
  int& length = lengths_.at(static_cast<size_t>(slot));
  length = std::min(length, n);
  return length;
}

Result<void> AxclEngine::copy(int from, int to, int n) {
  int& length = lengths_.at(static_cast<size_t>(to));
  if (from != to) {
    length = 0;  // what is there is lost, even if the copy fails
    AX_CHECK(copy_between(home(from), home(to), n));
  }
  length = n;
  return {};
}

// Between cards by way of host memory, a layer at a time: replicas may be split differently.
Result<void> AxclEngine::copy_between(const SlotHome& from, const SlotHome& to, int n) {
  Replica& source = *replicas_[from.replica];
  Replica& target = *replicas_[to.replica];
  if (&source == &target) return source.copy(from.slot, to.slot, n);
  if (n == 0) return {};
  std::vector<std::byte> keys(row_bytes(n));
  std::vector<std::byte> values(keys.size());
  for (size_t layer = 0; layer < folder_.layers.size(); ++layer) {
    AX_CHECK(source.read_rows(from.slot, layer, keys, values));
    AX_CHECK(target.write_rows(to.slot, layer, keys, values));
  }
  return {};
}

Result<void> AxclEngine::shift(int, int, int) {
  return fail(ErrorCode::kUnsupported, "positions can't be moved on the NPU");
}

Result<uint64_t> AxclEngine::saved_bytes(int slot, int n) {
  if (n <= 0 || n > length(slot)) {
    return fail(ErrorCode::kInvalidArgument,
                "can't save " + std::to_string(n) + " tokens of " + std::to_string(length(slot)));
  }
  return 2 * folder_.layers.size() * row_bytes(n);
}

// Layer by layer the rows of keys, then those of values.
Result<SlotState> AxclEngine::save(int slot, int n) {
  AX_TRY(const uint64_t bytes, saved_bytes(slot, n));
  SlotState state{n, std::vector<std::byte>(bytes)};
  std::span<std::byte> to(state.bytes);
  for (size_t layer = 0; layer < folder_.layers.size(); ++layer) {
    AX_CHECK(replica_of(slot).read_rows(home(slot).slot, layer, to.first(row_bytes(n)),
                                        to.subspan(row_bytes(n), row_bytes(n))));
    to = to.subspan(2 * row_bytes(n));
  }
  return state;
}

Result<void> AxclEngine::restore(int slot, const SlotState& state, int n) {
  int& length = lengths_.at(static_cast<size_t>(slot));
  length = 0;
  if (n <= 0 || n > std::min(state.length, info_.context) ||
      state.bytes.size() != 2 * folder_.layers.size() * row_bytes(state.length)) {
    return fail(ErrorCode::kInvalidArgument, "can't restore " + std::to_string(n) + " tokens of " +
                                                 std::to_string(state.length));
  }
  std::span<const std::byte> from(state.bytes);
  const size_t saved = row_bytes(state.length);
  for (size_t layer = 0; layer < folder_.layers.size(); ++layer) {
    AX_CHECK(replica_of(slot).write_rows(home(slot).slot, layer, from.first(row_bytes(n)),
                                         from.subspan(saved, row_bytes(n))));
    from = from.subspan(2 * saved);
  }
  length = n;
  return {};
}

Result<std::vector<float>> AxclEngine::embed(std::span<const Token> tokens, std::stop_token stop) {
  if (!folder_.is_embedding) {
    return fail(ErrorCode::kUnsupported, "this model gives no embeddings on the NPU",
                "use an embedding model");
  }
  const auto run = [this](const Piece& piece, std::span<const Token> part, int first,
                          const HiddenSink& sink) { return embed_piece(piece, part, first, sink); };
  return embed_text(folder_, kCosts, tokens, run, stop);
}

Result<void> AxclEngine::embed_piece(const Piece& piece, std::span<const Token> tokens, int first,
                                     const HiddenSink& sink) {
  std::vector<Row> rows;
  for (const Token token : tokens) {
    rows.push_back({0, token, static_cast<int>(rows.size()) >= first});
  }
  Step step(rows, {}, Step::Gives::kHidden);
  Replica& replica = *replicas_.front();
  replica.start({{0, piece, 0}}, step);
  for (int row = first; row < piece.rows; ++row) {
    const HeadOutput* output = replica.next_output();
    if (output == nullptr) break;
    sink(output->hidden);
  }
  replica.wait();
  return step.result();
}

Result<void> AxclEngine::step(std::span<const Row> rows, const LogitsSink& sink,
                              std::stop_token stop) {
  if (folder_.is_embedding) {
    return fail(ErrorCode::kUnsupported, "this is an embedding model; it can't generate");
  }
  AX_CHECK(check_batch(rows, lengths_, info_.context, embeddings_->rows()));
  Step step(rows, std::move(stop));
  AX_CHECK(run(step, sink));
  for (const Row& row : rows) ++lengths_[static_cast<size_t>(row.slot)];
  return {};
}

// The cards work while the sink does; it may throw.
Result<void> AxclEngine::run(Step& step, const LogitsSink& sink) {
  std::vector<std::vector<Work>> works(replicas_.size());
  for (Work& work : split_batch(folder_, step.rows(), lengths_, kCosts)) {
    const SlotHome at = home(work.slot);
    work.slot = at.slot;
    works[at.replica].push_back(work);
  }
  struct Waiting {
    std::vector<std::unique_ptr<Replica>>& replicas;
    ~Waiting() {
      for (const auto& replica : replicas) replica->wait();
    }
  };
  {
    const Waiting waiting{replicas_};
    for (size_t i = 0; i < replicas_.size(); ++i) {
      if (!works[i].empty()) replicas_[i]->start(std::move(works[i]), step);
    }
    for (size_t i = 0; i < step.rows().size(); ++i) {
      if (!step.rows()[i].wants_logits) continue;
      const HeadOutput* output = replicas_[home(step.rows()[i].slot).replica]->next_output();
      if (output == nullptr) break;
      give_logits(i, *output, sink);
    }
  }
  return step.result();
}

void AxclEngine::give_logits(size_t row, const HeadOutput& output, const LogitsSink& sink) const {
  // Compilers pad the head; ids past the table are no tokens.
  const auto rows = static_cast<size_t>(embeddings_->rows());
  std::span<const uint16_t> logits(output.logits);
  if (output.ids.empty()) logits = logits.first(std::min(logits.size(), rows));
  sink(row, {.bf16 = logits, .ids = output.ids});
}

}  // namespace
}  // namespace npu

Result<std::unique_ptr<Engine>> load_axcl_engine(std::shared_ptr<const axcl::Runtime> runtime,
                                                 const AxclSpec& spec,
                                                 const LoadProgress& progress) {
  return npu::AxclEngine::load(std::move(runtime), spec, progress);
}

}  // namespace axllama
