#include "engine/fake/fake_engine.h"

#include <cstring>
#include <utility>

namespace axllama {
namespace {

constexpr int kEmbeddingSize = 8;
constexpr float kHot = 10.0F;

std::unexpected<Error> refuse(std::string message) {
  return fail(ErrorCode::kInvalidArgument, std::move(message));
}

std::unexpected<Error> canceled() {
  return fail(ErrorCode::kCanceled, "the evaluation was canceled");
}

class FakeEngine final : public Engine {
 public:
  FakeEngine(FakeScript script, std::unique_ptr<Vocabulary> vocabulary, FakeCalls* calls)
      : script_(std::move(script)),
        vocabulary_(std::move(vocabulary)),
        calls_(calls),
        contents_(static_cast<size_t>(script_.slots)),
        logits_(static_cast<size_t>(vocabulary_->size())) {
    info_.name = "fake";
    info_.context = script_.context;
    info_.trained_context = script_.context;
    info_.chunk = script_.chunk;
    info_.embedding_size = kEmbeddingSize;
    info_.can_shift = script_.can_shift;
    info_.restores_parts = script_.restores_parts;
    info_.memory = {{"CPU", 1 << 20}};
  }

  const EngineInfo& info() const override { return info_; }
  const Vocabulary& vocabulary() const override { return *vocabulary_; }
  Result<Prompt> lay_out(std::span<const PromptPart> parts, bool add_special) const override {
    if (script_.image_tokens == 0) return fail(ErrorCode::kUnsupported, "no images");
    Prompt prompt;
    for (const PromptPart& part : parts) {
      if (part.image != nullptr) {
        const std::string& id = part.image->digest;
        add_image(prompt, std::make_shared<ImageChunk>(script_.image_tokens, id));
        continue;
      }
      const bool first = prompt.tokens.empty();
      const auto tokens = vocabulary_->encode(part.text, add_special && first, true);
      prompt.tokens.insert(prompt.tokens.end(), tokens.begin(), tokens.end());
    }
    return prompt;
  }
  int slots() const override { return script_.slots; }
  int length(int slot) const override { return static_cast<int>(content(slot).size()); }

  int truncate(int slot, int n) override {
    if (n < length(slot)) content(slot).resize(before_image(content(slot), static_cast<size_t>(n)));
    return length(slot);
  }

  Result<void> copy(int from, int to, int n) override {
    if (n < 0 || n > length(from)) return refuse("can't copy what isn't there");
    const std::vector<Token> tokens(content(from).begin(), content(from).begin() + n);
    content(to) = tokens;
    count(&FakeCalls::copies);
    return {};
  }

  Result<void> shift(int slot, int keep, int discard) override {
    if (!script_.can_shift) return fail(ErrorCode::kUnsupported, "this model can't shift");
    if (keep < 0 || discard <= 0 || keep + discard > length(slot)) {
      return refuse("can't drop what isn't there");
    }
    const auto first = content(slot).begin() + keep;
    content(slot).erase(first, first + discard);
    count(&FakeCalls::shifts);
    return {};
  }

  Result<uint64_t> saved_bytes(int slot, int n) override {
    if (n <= 0 || n > length(slot)) return refuse("can't save what isn't there");
    return static_cast<uint64_t>(n) * sizeof(Token);
  }

  // The state of a slot is its tokens.
  Result<SlotState> save(int slot, int n) override {
    AX_TRY(const uint64_t bytes, saved_bytes(slot, n));
    if (script_.before_save) AX_CHECK(script_.before_save(slot));
    SlotState state{n, std::vector<std::byte>(bytes)};
    std::memcpy(state.bytes.data(), content(slot).data(), bytes);
    count(&FakeCalls::saves);
    return state;
  }

  Result<void> restore(int slot, const SlotState& state, int n) override {
    content(slot).clear();
    const bool part = n < state.length;
    if (n <= 0 || n > state.length) return refuse("can't restore what wasn't saved");
    if (part && !script_.restores_parts) {
      return fail(ErrorCode::kUnsupported, "this model can't restore a part");
    }
    if (script_.before_restore) AX_CHECK(script_.before_restore(slot));
    content(slot).resize(static_cast<size_t>(n));
    std::memcpy(content(slot).data(), state.bytes.data(), static_cast<size_t>(n) * sizeof(Token));
    count(&FakeCalls::restores);
    return {};
  }

  Result<void> step(std::span<const Row> rows, const LogitsSink& sink,
                    std::stop_token stop) override {
    AX_CHECK(check(rows));
    if (script_.before_step) AX_CHECK(script_.before_step(rows));
    if (stop.stop_requested()) return canceled();
    note_step(rows.size());
    for (size_t i = 0; i < rows.size(); ++i) {
      content(rows[i].slot).push_back(rows[i].token);
      if (rows[i].wants_logits) give_logits(i, content(rows[i].slot), sink);
    }
    return {};
  }

  Result<void> step_image(int slot, const ImageChunk& chunk, std::stop_token stop) override {
    const std::vector<Token> tokens = image_tokens(chunk);
    if (content(slot).size() + tokens.size() > static_cast<size_t>(script_.context)) {
      return refuse("the slot is full");
    }
    if (script_.before_image) AX_CHECK(script_.before_image(slot));
    if (stop.stop_requested()) return canceled();
    content(slot).insert(content(slot).end(), tokens.begin(), tokens.end());
    count(&FakeCalls::images);
    return {};
  }

  Result<std::vector<float>> embed(std::span<const Token> tokens, std::stop_token stop) override {
    if (tokens.empty()) return refuse("there are no tokens to embed");
    if (tokens.size() > static_cast<size_t>(info_.context)) return refuse("too many tokens");
    if (stop.stop_requested()) return canceled();
    std::vector<float> vector(kEmbeddingSize, 1.0F);
    for (size_t i = 0; i < tokens.size(); ++i) {
      vector[i % kEmbeddingSize] += static_cast<float>(tokens[i]);
    }
    return vector;
  }

 private:
  std::vector<Token>& content(int slot) { return contents_.at(static_cast<size_t>(slot)); }
  const std::vector<Token>& content(int slot) const {
    return contents_.at(static_cast<size_t>(slot));
  }

  Result<void> check(std::span<const Row> rows) const {
    if (rows.size() > static_cast<size_t>(script_.chunk)) return refuse("more rows than a chunk");
    std::vector<int> lengths;
    for (int slot = 0; slot < script_.slots; ++slot) lengths.push_back(length(slot));
    for (const Row& row : rows) {
      if (row.slot < 0 || row.slot >= script_.slots) return refuse("no such slot");
      if (row.token < 0 || row.token >= vocabulary_->size()) return refuse("no such token");
      if (++lengths[static_cast<size_t>(row.slot)] > script_.context) {
        return refuse("the slot is full");
      }
    }
    return {};
  }

  void give_logits(size_t row, const std::vector<Token>& tokens, const LogitsSink& sink) {
    const auto hot = static_cast<size_t>(script_.next(tokens));
    logits_.at(hot) = kHot;
    Logits logits;
    logits.f32 = logits_;
    sink(row, logits);
    logits_[hot] = 0;
  }

  void note_step(size_t rows) {
    if (calls_ == nullptr) return;
    const std::lock_guard lock(calls_->mutex);
    ++calls_->steps;
    calls_->rows_per_step.push_back(rows);
  }

  void count(int FakeCalls::* calls) {
    if (calls_ == nullptr) return;
    const std::lock_guard lock(calls_->mutex);
    ++(calls_->*calls);
  }

  FakeScript script_;
  std::unique_ptr<Vocabulary> vocabulary_;
  FakeCalls* calls_;
  EngineInfo info_;
  std::vector<std::vector<Token>> contents_;
  std::vector<float> logits_;
};

}  // namespace

std::unique_ptr<Engine> make_fake_engine(FakeScript script, std::unique_ptr<Vocabulary> vocabulary,
                                         FakeCalls* calls) {
  return std::make_unique<FakeEngine>(std::move(script), std::move(vocabulary), calls);
}

}  // namespace axllama
