// Chooses the next token from logits, as spec/ollama.md 7.2 says: penalties, top_k, then
// llama.cpp's samplers typical_p, top_p, min_p, temperature and draw. The same seed, options and
// logits give the tokens that llama-server gives.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "core/event.h"
#include "core/options.h"
#include "core/request.h"
#include "engine/engine.h"
#include "token/vocabulary.h"

namespace axllama {

// Text that the output must match, in GBNF.
struct Grammar {
  std::string gbnf = {};
  // With any trigger the grammar sleeps: it holds from the first trigger on, that included. A word
  // is met literally; a pattern is a regular expression of all the output so far, and the grammar
  // then holds from its first capture group on, or from the match when it has none.
  std::vector<std::string> trigger_words = {};
  std::vector<std::string> trigger_patterns = {};
  std::vector<Token> trigger_tokens = {};
  // A sleeping grammar does not listen between these: a call that is only thought of is no call.
  std::string thinking_start = {};
  std::vector<std::string> thinking_ends = {};
  // What the prompt already holds of the answer. A grammar that does not sleep has read it when the
  // output begins; a sleeping one learns from it whether thinking has begun.
  std::string already = {};

  bool sleeps() const {
    return !trigger_words.empty() || !trigger_patterns.empty() || !trigger_tokens.empty();
  }
};

struct Draw {
  Token token = 0;
  TokenLogprob logprob = {};  // filled when logprobs were asked for
};

// One generation's sampler. One thread at a time.
class Sampler {
 public:
  // kInvalidArgument when the grammar can't be parsed, a penalty is out of range or a bias is for
  // no token of the vocabulary, which must outlive the sampler.
  static Result<Sampler> create(const Vocabulary& vocabulary, const Options& options,
                                const Grammar& grammar = {}, std::span<const TokenBias> bias = {});
  Sampler(Sampler&&) noexcept;
  Sampler& operator=(Sampler&&) noexcept;
  ~Sampler();

  // Prompt tokens that the penalties see.
  void accept_prompt(const std::vector<Token>& tokens);
  // Draws, and takes the token into account for the next draw. `top` >= 0 asks for logprobs with
  // that many alternatives; they are of the raw logits. Where the grammar leaves no token of the
  // vocabulary, the answer ends: EOS.
  Draw draw(const Logits& logits, int top = -1);
  // Seed in use: the given one, or the one that was made up for seed -1.
  uint32_t seed() const;

 private:
  struct State;
  explicit Sampler(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// The GBNF grammar of a format: fixed JSON grammar, or converted from a JSON schema.
// kInvalidArgument with the converter's reason when the schema can't be converted.
Result<std::string> json_grammar();
Result<std::string> schema_grammar(std::string_view json_schema);

}  // namespace axllama
