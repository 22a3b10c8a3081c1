#include "generate/sampler.h"

#include <fmt/format.h>
#include <llama.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "generate/candidates.h"
#include "generate/constraint.h"
#include "generate/logit_bias.h"
#include "generate/logprobs.h"
#include "generate/penalties.h"

namespace axllama {
namespace {

struct FreeSampler {
  void operator()(llama_sampler* sampler) const { llama_sampler_free(sampler); }
};
using Chain = std::unique_ptr<llama_sampler, FreeSampler>;

// Seeds are 32 bits wide, and libllama takes the highest for "make one up".
uint32_t seed_of(int64_t wanted) {
  auto seed = static_cast<uint32_t>(wanted);
  while (seed == LLAMA_DEFAULT_SEED) seed = std::random_device{}();
  return seed;
}

// What follows top_k, which rank() does.
Chain make_chain(const Options& options, uint32_t seed) {
  llama_sampler_chain_params params = llama_sampler_chain_default_params();
  params.no_perf = true;
  Chain chain(llama_sampler_chain_init(params));
  const auto add = [&](llama_sampler* sampler) { llama_sampler_chain_add(chain.get(), sampler); };
  add(llama_sampler_init_typical(static_cast<float>(options.typical_p), 0));
  add(llama_sampler_init_top_p(static_cast<float>(options.top_p), 0));
  add(llama_sampler_init_min_p(static_cast<float>(options.min_p), 0));
  add(llama_sampler_init_temp_ext(static_cast<float>(options.temperature), 0.0F, 1.0F));
  add(llama_sampler_init_dist(seed));
  return chain;
}

Result<void> check(const Options& options) {
  const auto repeat = static_cast<float>(options.repeat_penalty);
  if (!(repeat > 0) || !std::isfinite(repeat) || !std::isfinite(1 / repeat))
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("repeat_penalty is {}, must be above 0", options.repeat_penalty));
  const std::pair<const char*, double> finite[] = {{"frequency_penalty", options.frequency_penalty},
                                                   {"presence_penalty", options.presence_penalty},
                                                   {"temperature", options.temperature},
                                                   {"top_p", options.top_p},
                                                   {"min_p", options.min_p},
                                                   {"typical_p", options.typical_p}};
  for (const auto& [name, value] : finite) {
    if (!std::isfinite(static_cast<float>(value)))
      return fail(ErrorCode::kInvalidArgument, fmt::format("{} is no finite number", name));
  }
  return {};
}

std::vector<Token> suppressed_by(const Vocabulary& vocabulary) {
  int32_t count = 0;
  const llama_token* tokens = llama_vocab_get_suppress_tokens(vocabulary.llama(), &count);
  std::vector<Token> suppressed(tokens, tokens + count);
  std::ranges::sort(suppressed);
  return suppressed;
}

// Keeps the likeliest, best first. Equals come in order of their ids, so that a draw does not
// depend on which other candidates were at hand; libllama would leave their order to chance.
void rank(std::vector<Candidate>& candidates, size_t count) {
  count = std::min(count, candidates.size());
  const auto end = candidates.begin() + static_cast<std::ptrdiff_t>(count);
  std::ranges::partial_sort(candidates, end, [](const Candidate& a, const Candidate& b) {
    return a.logit > b.logit || (a.logit == b.logit && a.id < b.id);
  });
  candidates.erase(end, candidates.end());
}

Token likeliest(const std::vector<Candidate>& candidates) {
  return std::ranges::max_element(candidates, {}, &Candidate::logit)->id;
}

}  // namespace

struct Sampler::State {
  State(const Vocabulary& the_vocabulary, const Options& options, Constraint the_constraint,
        LogitBias the_bias)
      : vocabulary(the_vocabulary),
        constraint(std::move(the_constraint)),
        bias(std::move(the_bias)),
        penalties(options),
        suppressed(suppressed_by(vocabulary)),
        seed(seed_of(options.seed)),
        greedy(!(options.temperature > 0)),
        top_k(greedy ? 1 : static_cast<size_t>(std::max<int64_t>(options.top_k, 0))),
        chain(make_chain(options, seed)) {}

  void take(const Logits& logits, size_t count);
  void take_allowed(const Logits& logits);
  void weigh();
  Token choose();
  Token draw(const Logits& logits);
  Token last_resort(const Logits& logits);

  const Vocabulary& vocabulary;
  Constraint constraint;
  LogitBias bias;
  Penalties penalties;
  std::vector<Token> suppressed;  // tokens that the model's file rules out, ascending
  uint32_t seed;
  bool greedy;
  size_t top_k;  // 0: all
  Chain chain;
  std::vector<Candidate> candidates;  // in order of their ids
};

// Only tokens that a bias or the penalties touch can change their rank, so the best of all others
// and those hold the best of all.
void Sampler::State::take(const Logits& logits, size_t count) {
  if (count == 0) return take_all(logits, vocabulary.size(), candidates);
  const std::vector<Token> touched = bias.with(penalties.tokens());
  take_best(logits, vocabulary.size(), count + touched.size() + suppressed.size(), touched,
            candidates);
}

// The candidates that the grammar allows. To hold all tokens against it takes long, so the best
// come first: when top_k of them are left, penalised ones not counted, no other token is among the
// top_k that are allowed.
void Sampler::State::take_allowed(const Logits& logits) {
  const size_t all = logit_count(logits, vocabulary.size());
  for (size_t count = 256;; count *= 4) {
    const bool last = top_k == 0 || count >= all;
    if (!last && count < top_k) continue;
    take(logits, last ? 0 : count);
    constraint.filter(candidates);
    weigh();
    if (last || candidates.size() >= top_k + bias.with(penalties.tokens()).size()) return;
  }
}

void Sampler::State::weigh() {
  std::erase_if(candidates, [&](const Candidate& candidate) {
    return std::ranges::binary_search(suppressed, candidate.id);
  });
  bias.apply(candidates);
  penalties.apply(candidates);
}

// Among candidates in order of their ids; at least one.
Token Sampler::State::choose() {
  if (greedy) return likeliest(candidates);
  if (top_k > 0) rank(candidates, top_k);
  llama_token_data_array array{candidates.data(), candidates.size(), -1, top_k > 0};
  llama_sampler_apply(chain.get(), &array);
  return array.data[std::max<int64_t>(array.selected, 0)].id;
}

Token Sampler::State::draw(const Logits& logits) {
  take(logits, top_k);
  weigh();
  if (!candidates.empty()) {
    const Token token = choose();
    if (constraint.allows(token)) return token;
  }
  take_allowed(logits);
  return candidates.empty() ? last_resort(logits) : choose();
}

// Nothing of what the engine gave may come next. It may be that it gave few: then any token that
// the grammar allows is better than a broken answer, and the first are single characters. Else the
// answer ends, or goes on unbound in a vocabulary that can't end it.
Token Sampler::State::last_resort(const Logits& logits) {
  if (!logits.ids.empty()) {
    candidates.clear();
    for (Token token = 0; token < vocabulary.size(); ++token) candidates.push_back({token, 0, 0});
    constraint.filter(candidates);
    weigh();
    if (!candidates.empty()) return candidates.front().id;
  }
  if (vocabulary.eos() != kNoToken) return vocabulary.eos();
  take(logits, top_k);
  return candidates.empty() ? 0 : choose();
}

Sampler::Sampler(std::unique_ptr<State> state) : state_(std::move(state)) {}
Sampler::Sampler(Sampler&&) noexcept = default;
Sampler& Sampler::operator=(Sampler&&) noexcept = default;
Sampler::~Sampler() = default;

Result<Sampler> Sampler::create(const Vocabulary& vocabulary, const Options& options,
                                const Grammar& grammar, std::span<const TokenBias> bias) {
  AX_CHECK(check(options));
  AX_TRY(LogitBias checked, LogitBias::create(bias, vocabulary.size()));
  AX_TRY(Constraint constraint, Constraint::create(vocabulary, grammar));
  return Sampler(
      std::make_unique<State>(vocabulary, options, std::move(constraint), std::move(checked)));
}

void Sampler::accept_prompt(const std::vector<Token>& tokens) {
  for (const Token token : tokens) state_->penalties.accept(token);
}

Draw Sampler::draw(const Logits& logits, int top) {
  Draw draw{.token = state_->draw(logits)};
  if (top >= 0) draw.logprob = logprob_of(logits, state_->vocabulary, draw.token, top);
  state_->penalties.accept(draw.token);
  state_->constraint.accept(draw.token);
  return draw;
}

uint32_t Sampler::seed() const {
  return state_->seed;
}

}  // namespace axllama
